"""The whole way to Kubernetes: command line, program, engine, provider, API, and YAML files."""

import json
import re
import shutil
import signal
import socket
import subprocess

import pytest
import urllib3
import yaml

from sandbox import __main__ as cli
from sandbox import engine
from sandbox.errors import SandboxError
from sandbox.project import load
from tests.sandbox.test_cli_interrupts import wait_for
from tests.support.commands import ROOT, copy_kubernetes, start

TOKEN = "aToKeNthatNobodyMaySee"


@pytest.fixture
def root(tmp_path):
    return copy_kubernetes(tmp_path)


def run(command, root, *more):
    return cli.main([command, "--root", str(root), "--stack", "dev", "--no-doctor", *more])


def edit(root, old, new):
    program = root / "__main__.py"
    text = program.read_text()
    assert text.count(old) == 1, old
    program.write_text(text.replace(old, new))


def files(root):
    folder = root / "build/dev/kubernetes"
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.yaml")}


def test_a_deploy_is_stable_and_a_destroy_leaves_nothing(root, capsys):
    assert run("destroy-check", root) == 0
    shown = capsys.readouterr().out
    assert "A second run would change nothing." in shown
    assert f"13 Kubernetes objects as YAML in {root}/build/dev/kubernetes" in shown
    summary = json.loads((root / "build/dev/summary.json").read_text())
    counted = summary["resources"]["byType"]
    assert {key: n for key, n in counted.items() if key.startswith("kubernetes:")} == {
        "kubernetes:apps/v1:Deployment": 1,
        "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": 1,
        "kubernetes:batch/v1:Job": 1,
        "kubernetes:core/v1:ConfigMap": 1,
        "kubernetes:core/v1:Namespace": 1,
        "kubernetes:core/v1:Secret": 1,
        "kubernetes:core/v1:Service": 1,
        "kubernetes:core/v1:ServiceAccount": 1,
        "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding": 1,
        "kubernetes:monitoring.coreos.com/v1:PrometheusRule": 1,
        "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": 1,
        "kubernetes:networking.k8s.io/v1:NetworkPolicy": 1,
        "kubernetes:policy/v1:PodDisruptionBudget": 1,
    }
    assert [entry["name"] for entry in summary["mocked"]] == ["migration"]
    # The address comes from the network that the program gave its cluster.
    assert summary["outputs"] == {"replicas": 1, "clusterIp": "172.20.0.2"}


def test_the_yaml_is_the_same_after_every_run_and_holds_no_secret(root, capsys):
    assert run("up", root) == 0
    first = files(root)
    stray = root / "build/dev/kubernetes/shop/configmap-of-an-earlier-run.yaml"
    stray.write_text("")
    assert run("up", root) == 0
    second = files(root)
    capsys.readouterr()
    assert first.keys() == second.keys()
    assert "shop/job-migration.yaml" in first
    assert "cluster/namespace-shop.yaml" in first
    # A target group's ARN ends with what AWS draws.
    drawn = re.compile(r"targetgroup/\S+")
    assert {key: drawn.sub("", text) for key, text in first.items()} == {
        key: drawn.sub("", text) for key, text in second.items()
    }
    assert yaml.safe_load(first["shop/secret-shop-secrets.yaml"])["stringData"] == {
        "TOKEN": "<secret>"
    }
    assert not any(TOKEN in text for text in first.values())


def test_what_kubernetes_refuses_is_told_with_its_line(root, capsys):
    edit(root, '"targetType": "ip"', '"targetTyp": "ip"')
    assert run("up", root) == 1
    shown = capsys.readouterr().out
    lines = (root / "__main__.py").read_text().splitlines()
    line = lines.index('    "binding",')
    assert (
        f"kubernetes:eks.amazonaws.com/v1:TargetGroupBinding binding (__main__.py:{line}): "
        "spec.targetTyp: is no field of Kubernetes 1.33; did you mean targetType?; "
        "spec.targetType: is missing"
    ) in shown
    assert "dev: NOT ok" in shown
    assert "Traceback" not in shown


def test_what_the_cluster_lacks_is_refused(root, capsys):
    edit(root, 'key="TOKEN"', 'key="TOKN"')
    assert run("up", root) == 1
    assert (
        "env[0].valueFrom.secretKeyRef.key: Secret shop-secrets has no key TOKN"
        in capsys.readouterr().out
    )


def test_a_monitor_that_finds_nothing_fails_the_run(root, capsys):
    edit(root, '{"port": "http", "path": "/metrics"', '{"port": "metrics", "path": "/metrics"')
    assert run("up", root) == 1
    shown = capsys.readouterr().out
    assert (
        "ServiceMonitor shop/shop-api-monitor: spec.endpoints[0].port: Service shop-service has no "
        "port named metrics"
    ) in shown
    assert "dev: NOT ok" in shown


def test_a_job_that_fails_fails_the_run(root, capsys):
    edit(root, 'pod(["migrate"]', 'pod(["false"]')
    assert run("up", root) == 1
    assert re.search(
        r"Job shop/migration-[0-9a-f]{8} has failed: Job has reached", capsys.readouterr().out
    )


def test_a_provider_must_be_explicit(root, capsys):
    edit(
        root, "metadata=named(APP), opts=inside)\n\n\ndef pod", "metadata=named(APP))\n\n\ndef pod"
    )
    assert run("up", root) == 1
    assert "Default provider for 'kubernetes' disabled" in capsys.readouterr().out


def test_serve_says_how_kubectl_finds_the_cluster(root, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ("--root", str(root), "--stack", "dev", "--no-doctor", "--port", str(port))
    process = start("serve", *arguments, with_cloud=True)
    try:
        lines = wait_for(process, "kubectl --server")
        words = lines[-1].split()
        assert words[:2] == ["kubectl", "--server"]
        path = f"{words[2]}/apis/apps/v1/namespaces/shop/deployments/shop-api"
        served = urllib3.request("GET", path).json()
        assert served["status"]["availableReplicas"] == served["spec"]["replicas"] == 3
        if shutil.which("kubectl"):
            command = [*words, "-o", "name", "--cache-dir", str(tmp_path)]
            done = subprocess.run(  # noqa: S603 the command that the sandbox shows
                command, capture_output=True, text=True, check=True, timeout=60
            )
            assert done.stdout == "deployment.apps/shop-api\n"
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0, rest


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["--runtime", "eks"], "eks"),
        (["--runtime", "fargate"], "fargate"),
        (["--runtime", "eks", "--config", "slipway:runtime=fargate"], "fargate"),
    ],
)
def test_the_runtime_is_a_short_form_of_the_configuration(root, monkeypatch, given, wanted):
    options = []

    def refuse(chosen, *_):
        options.append(chosen)
        raise SandboxError("enough")

    monkeypatch.setattr(engine, "up", refuse)
    assert run("up", root, *given) == 1
    assert load(ROOT, "staging", options[0].config).config["slipway:runtime"] == wanted


def test_a_runtime_that_there_is_not_is_a_usage_error(root, capsys):
    with pytest.raises(SystemExit) as error:
        run("up", root, "--runtime", "lambda")
    assert error.value.code == 2
    assert "invalid choice: 'lambda'" in capsys.readouterr().err


def test_make_hands_the_runtime_on():
    def printed(*words):
        command = ["make", "--dry-run", *words]
        done = subprocess.run(  # noqa: S603 our own arguments
            command, cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert "sandbox up --stack staging --engine embedded --runtime eks" in printed(
        "up", "RUNTIME=eks"
    )
    assert "sandbox serve --stack staging --runtime eks" in printed("serve", "RUNTIME=eks")
    assert "--runtime" not in printed("up")
    assert "RUNTIME=eks" in printed("help")
