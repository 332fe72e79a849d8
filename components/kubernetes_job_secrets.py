"""Secrets that AWS alone knows, as environment variables of a pod; a part of a Kubernetes job.

A Kubernetes Secret holds what Pulumi knows. The master user's password RDS draws and changes by
itself, so that a pod has to read it when it starts: an init container writes each value to a file
in memory, and a shell before the container's command puts them into its environment. No value gets
into the state, into etcd or onto a disk.
"""

from collections.abc import Sequence
from pathlib import Path

import pulumi_kubernetes as kubernetes

from components.json_document import json_document
from components.kubernetes_container import ContainerArgs
from components.kubernetes_job_args import KubernetesJobArgs
from components.kubernetes_pod import pod_container
from components.policy import Statement, read_secrets

CONTAINER = "fetch-secrets"
TRY_AGAIN = 75
"""Exit code of the init container when the pod has no credentials; as in SCRIPT."""
FOLDER = "/run/slipway"
SCRIPT = Path(__file__).parent / "assets" / "fetch_secrets.py"

_VOLUME = "fetched-secrets"
# The shell cuts off the line ends at the end of what it reads, hence the x behind them.
_EXPORT = f"""\
set -e
for file in {FOLDER}/*; do
  value=$(cat "$file" && printf x)
  export "${{file##*/}}=${{value%x}}"
done
exec "$@"
"""


def fetch_container(args: KubernetesJobArgs) -> "kubernetes.core.v1.ContainerArgs | None":
    """The init container that reads the secrets; None when there are none."""
    if not args.fetched_secrets or args.tools_image is None:
        return None
    wanted = {
        name: {
            "arn": reference.secret_arn,
            "key": reference.json_key,
            "version": reference.version_id,
        }
        for name, reference in sorted(args.fetched_secrets.items())
    }
    return pod_container(
        ContainerArgs(
            name=CONTAINER,
            image=args.tools_image,
            # Not as its command: the entrypoint of AWS's image waits for Lambda events.
            entrypoint=["python3", "-c", SCRIPT.read_text(encoding="utf-8")],
            cpu_request="100m",
            cpu_limit="1",
            memory_request="128Mi",
            memory_limit="256Mi",
        ),
        variables={
            "FOLDER": FOLDER,
            "SECRETS": json_document(wanted),
            # Without credentials of its own a pod must not try those of its node.
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        volume_mounts=[secrets_mount(read_only=False)],
    )


def fetch_statements(args: KubernetesJobArgs) -> list[Statement]:
    """What the pod's role needs to read the secrets; nothing when there are none."""
    if args.kms_key_arn is None:
        return []
    arns = [reference.secret_arn for reference in args.fetched_secrets.values()]
    return read_secrets(arns, kms_key_arn=args.kms_key_arn, region=args.region)


def with_secrets(command: Sequence[str]) -> list[str]:
    """A command with the secrets in its environment, run by a shell that it replaces."""
    return ["sh", "-c", _EXPORT, "sh", *command]


def secrets_volume() -> "kubernetes.core.v1.VolumeArgs":
    """Where the values are, for the life of the pod: memory of its node."""
    return kubernetes.core.v1.VolumeArgs(
        name=_VOLUME,
        empty_dir=kubernetes.core.v1.EmptyDirVolumeSourceArgs(medium="Memory", size_limit="1Mi"),
    )


def secrets_mount(*, read_only: bool) -> "kubernetes.core.v1.VolumeMountArgs":
    """How a container sees them."""
    return kubernetes.core.v1.VolumeMountArgs(
        name=_VOLUME, mount_path=FOLDER, read_only=True if read_only else None
    )
