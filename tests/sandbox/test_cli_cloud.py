"""The whole way: command line, program, engine, AWS provider and AWS's API."""

import json
import os
import signal
import socket

import boto3
import pytest

from sandbox import __main__ as cli
from tests.sandbox.test_cli_interrupts import assert_group_is_gone, wait_for
from tests.support.commands import copy_cloud, start


@pytest.fixture
def root(tmp_path):
    return copy_cloud(tmp_path)


def run(command, root, *more):
    return cli.main([command, "--root", str(root), "--stack", "dev", "--no-doctor", *more])


def test_a_deploy_is_stable_and_a_destroy_leaves_nothing(root, capsys):
    assert run("destroy-check", root) == 0
    shown = capsys.readouterr().out
    assert "A second run would change nothing." in shown
    assert "main-subnet: is protected" in shown
    summary = json.loads((root / "build/dev/summary.json").read_text())
    assert summary["resources"]["byType"] == {
        "aws:ec2/subnet:Subnet": 1,
        "aws:ec2/vpc:Vpc": 1,
        "aws:secretsmanager/secret:Secret": 1,
        "aws:secretsmanager/secretVersion:SecretVersion": 1,
        "random:index/randomPassword:RandomPassword": 1,
    }
    assert summary["mocked"] == []
    assert list(summary["seconds"]) == ["start", "deploy", "secondRun", "destroy"]


def test_what_aws_refuses_is_told_with_the_resource_and_its_line(root, capsys):
    assert run("up", root, "--config", "cloud:subnetBlock=192.168.1.0/24") == 1
    shown = capsys.readouterr().out
    lines = (root / "__main__.py").read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "aws.ec2.Subnet(" in text)
    assert f"aws:ec2/subnet:Subnet main-subnet (__main__.py:{line}): " in shown
    assert "InvalidSubnet.Range" in shown
    assert "Traceback" not in shown
    assert "dev: NOT ok" in shown


def test_serve_answers_boto3_as_it_says(root):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ("--root", str(root), "--stack", "dev", "--no-doctor", "--port", str(port))
    process = start("serve", *arguments, with_cloud=True)
    try:
        lines = wait_for(process, "export AWS_ACCESS_KEY_ID")
        export = next(line for line in lines if "export AWS_ENDPOINT_URL" in line)
        said = dict(word.split("=", 1) for word in export.split()[1:])
        assert said["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{port}"
        client = boto3.client(
            "ec2",
            endpoint_url=said["AWS_ENDPOINT_URL"],
            region_name=said["AWS_REGION"],
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",
        )
        outputs = json.loads((root / "build/dev/outputs.json").read_text())
        (subnet,) = client.describe_subnets(SubnetIds=[outputs["subnetId"]])["Subnets"]
        assert subnet["CidrBlock"] == "10.0.1.0/24"
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0, rest
    assert_group_is_gone(process)


def test_a_port_that_is_taken_is_named(root):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        arguments = ("--root", str(root), "--stack", "dev", "--no-doctor", "--port", str(port))
        process = start("up", *arguments, with_cloud=True)
        shown, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"port {port}" in shown
    assert "--port" in shown
    assert "Traceback" not in shown
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
