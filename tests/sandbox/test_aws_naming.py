"""Names where the program gives a prefix, as Terraform's part of the real provider draws them."""

import re

import pytest
from pulumi.provider.experimental.property_value import PropertyValue

from tests.support.account import unknown

LOGS = "aws:cloudwatch/logGroup:LogGroup"
GROUP = "aws:lb/targetGroup:TargetGroup"


def test_a_prefix_decides_how_the_name_begins(account):
    made = account.create(LOGS, "web-acl-logs", namePrefix="aws-waf-logs-edge-")
    assert re.fullmatch(r"aws-waf-logs-edge-[0-9a-f]{26}", made.id)
    assert made.outputs["name"] == made.id
    assert made.outputs["namePrefix"] == "aws-waf-logs-edge-"
    found = account.client("logs").describe_log_groups(logGroupNamePrefix=made.id)["logGroups"]
    assert [group["logGroupName"] for group in found] == [made.id]
    made.delete()


def test_a_drawn_name_stays(account):
    old = {"namePrefix": "shop-", "name": "shop-4711"}
    inputs, failures = account.check(LOGS, "logs", old, namePrefix="shop-")
    assert failures == []
    assert inputs == {"namePrefix": "shop-", "name": "shop-4711"}


@pytest.mark.parametrize("logical_name", ["api", "a-logical-name-that-leaves-no-room-for-digits"])
def test_a_prefix_of_six_characters_fits_whatever_the_logical_name(account, logical_name):
    inputs, failures = account.check(GROUP, logical_name, namePrefix="shop1-")
    assert failures == []
    assert re.fullmatch(r"shop1-[0-9a-f]{26}", inputs["name"])


def test_refuses_a_prefix_that_leaves_no_room(account):
    inputs, failures = account.check(GROUP, "api", namePrefix="shop12-")
    assert failures == [f"name: '{inputs['name']}' has 33 characters; AWS allows 1 to 32"]


def test_the_name_waits_for_a_prefix_that_is_not_known_yet(account):
    inputs, failures = account.check(LOGS, "logs", namePrefix=unknown())
    assert failures == []
    assert "name" not in inputs


def test_a_secret_prefix_is_used_like_any_other(account):
    inputs, _ = account.check(LOGS, "logs", namePrefix=PropertyValue("shop-", is_secret=True))
    assert inputs["name"].startswith("shop-")
