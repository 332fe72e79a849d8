"""The whole way of a static key: deployed, stable, shown nowhere, and nothing left of it."""

import json
from io import StringIO

import pytest
from rich.console import Console

from sandbox import engine
from sandbox.aws.clients import Clients
from sandbox.display import Display
from sandbox.engine import Options
from sandbox.masking import MASK, Masker, plain_map
from tests.support.commands import ROOT

EXAMPLE = ROOT / "examples/access_key/__main__.py"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("name: keys\nruntime: python\n", encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {aws:region: us-east-1}\n")
    program = EXAMPLE.read_text(encoding="utf-8")
    (tmp_path / "__main__.py").write_text(program, encoding="utf-8")
    return tmp_path


def the(outcome, type_):
    [found] = [each for each in outcome.resources if each.type == type_]
    return found


def test_the_secret_holds_the_key_and_nothing_shows_it(root):
    masker, shown = Masker(), StringIO()
    wanted = Options(root=root, stack="dev", with_doctor=False)
    with engine.up(wanted, Display(Console(file=shown, width=200), masker), masker) as outcome:
        assert outcome.errors == []
        assert outcome.changes == []
        clients = Clients.of(outcome.endpoint, outcome.region)
        answer = clients.client("secretsmanager").get_secret_value(
            SecretId=outcome.outputs["secretArn"]
        )
        key = the(outcome, "aws:iam/accessKey:AccessKey")
        half = key.outputs["secret"]
        assert json.loads(answer["SecretString"]) == {
            "access_key": key.id,
            "secret_key": half.value,
        }
        assert half.is_secret
        user = plain_map(the(outcome, "aws:iam/user:User").outputs)["name"]
        iam = clients.client("iam")
        [name] = iam.list_user_policies(UserName=user)["PolicyNames"]
        statements = iam.get_user_policy(UserName=user, PolicyName=name)["PolicyDocument"]
        assert [each["Sid"] for each in statements["Statement"]] == ["Read", "Decrypt"]
        told = json.dumps([plain_map(each.outputs) for each in outcome.resources])
        assert half.value not in told
        assert MASK in told
        assert half.value not in shown.getvalue()
        assert masker.mask(f"half {half.value}") == f"half {MASK}"


def test_a_destroy_leaves_no_user_and_no_key(root):
    masker = Masker()
    wanted = Options(root=root, stack="dev", with_doctor=False, destroy=True)
    with engine.up(wanted, Display(Console(file=StringIO()), masker), masker) as outcome:
        assert outcome.errors == []
        assert the(outcome, "aws:iam/user:User").id
        iam = Clients.of(outcome.endpoint, outcome.region).client("iam")
        assert iam.list_users()["Users"] == []
