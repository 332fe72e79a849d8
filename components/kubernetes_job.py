"""A job that runs once to its end during a deploy, before what needs its work starts."""

from collections.abc import Mapping
from dataclasses import replace

import pulumi
import pulumi_kubernetes as kubernetes

from components.kubernetes_environment import EnvironmentSource, create_environment
from components.kubernetes_job_args import KubernetesJobArgs
from components.kubernetes_job_secrets import (
    CONTAINER,
    TRY_AGAIN,
    fetch_container,
    fetch_statements,
    secrets_mount,
    secrets_volume,
    with_secrets,
)
from components.kubernetes_labels import labels as all_labels
from components.kubernetes_network_policy import create_network_policy
from components.kubernetes_pod import pod_template
from components.pod_identity import create_pod_identity

__all__ = ["KubernetesJob", "KubernetesJobArgs"]

STOP_SECONDS = 30
"""Seconds between SIGTERM and SIGKILL for a job that takes too long."""
MARGIN_SECONDS = 60
"""Seconds that Pulumi waits longer than Kubernetes, so that the error is Kubernetes' own reason."""


class KubernetesJob(pulumi.ComponentResource):
    """A pod that runs to its end during the deploy, such as a migration of a database.

    It runs when it is new and whenever its image, command, environment or a secret's version
    changes: each time as a new Job beside the old one, which is then deleted with its logs. What
    waits for it (`after` of KubernetesService) starts only when it has ended well.

    Builds:
        1. The Job, without a name of its own.
        2. Its ServiceAccount; with `permissions` or `fetched_secrets` a role by Pod Identity that
           may read exactly those secrets.
        3. A ConfigMap and a Secret with its environment.
        4. A NetworkPolicy with ways out to what it reaches, to names and to HTTPS, none in.

    Not built: the namespace, the cluster, the image.

    Cost: none besides the node's.

    Failure: Pulumi waits for the Job. When the container ends with another code than 0, or
    Kubernetes stops the Job because it takes too long, the deploy fails; services that wait keep
    what they ran before. The pod stays for `kubectl logs` until the next deploy runs the Job again.

    Example: `examples/kubernetes_job`.
    """

    job_name: pulumi.Output[str]
    """Name of the Job that ran, for `kubectl logs job/...`."""
    namespace: pulumi.Output[str]
    """Where it ran."""

    def __init__(
        self, name: str, args: KubernetesJobArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:KubernetesJob", name, {}, opts)
        labels = all_labels(args.app, name=args.service, part_of=args.part_of)
        account = kubernetes.core.v1.ServiceAccount(
            f"{name}-account",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.app, namespace=args.namespace, labels=labels
            ),
            automount_service_account_token=False,
            opts=pulumi.ResourceOptions(parent=self),
        )
        identity = create_pod_identity(
            name,
            cluster_name=args.cluster_name,
            namespace=args.namespace,
            service_account_name=args.app,
            account_id=args.account_id,
            permissions=[*fetch_statements(args), *args.permissions],
            tags=args.tags,
            parent=self,
        )
        environment = create_environment(
            name,
            config_map_name=args.app,
            secret_name=args.app,
            namespace=args.namespace,
            labels=labels,
            environment=args.environment,
            secrets=args.secrets,
            secret_keys=args.secret_keys,
            parent=self,
        )
        policy = create_network_policy(
            f"{name}-netpol",
            policy_name=f"{args.app}-netpol",
            namespace=args.namespace,
            app=args.app,
            labels=labels,
            port=None,
            ingress_cidr_blocks=(),
            callers=(),
            scrape_namespace=None,
            scrape_port=None,
            reaches=args.reaches,
            uses_pod_identity=identity is not None,
            parent=self,
        )
        needed = [account, policy, *environment.objects, *args.after]
        job = kubernetes.batch.v1.Job(
            f"{name}-job",
            metadata=self._metadata(args, labels),
            spec=self._spec(args, environment),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*needed, *(identity.needed if identity is not None else ())],
                custom_timeouts=pulumi.CustomTimeouts(
                    create=f"{args.timeout_seconds + MARGIN_SECONDS}s"
                ),
            ),
        )

        self.job_name = job.metadata.name
        self.namespace = pulumi.Output.from_input(args.namespace)
        self.register_outputs({"job_name": self.job_name, "namespace": self.namespace})

    def _metadata(
        self, args: KubernetesJobArgs, labels: Mapping[str, str]
    ) -> "kubernetes.meta.v1.ObjectMetaArgs":
        """Without a name: Pulumi draws one, because what a Job runs can never be changed."""
        return kubernetes.meta.v1.ObjectMetaArgs(
            namespace=args.namespace,
            labels=labels,
            # Otherwise a deploy that finds a failed Job would wait for it instead of running it
            # again. Source: Pulumi's reference of batch/v1 Job.
            annotations={"pulumi.com/replaceUnready": "true"},
        )

    def _spec(
        self, args: KubernetesJobArgs, environment: EnvironmentSource
    ) -> "kubernetes.batch.v1.JobSpecArgs":
        fetched = fetch_container(args)
        command = args.container.command
        return kubernetes.batch.v1.JobSpecArgs(
            # One failure is one: half a migration is to be looked at and not repeated by itself.
            backoff_limit=0,
            # No ttlSecondsAfterFinished: Pulumi would miss the Job and run it again.
            active_deadline_seconds=args.timeout_seconds,
            pod_failure_policy=kubernetes.batch.v1.PodFailurePolicyArgs(
                rules=_not_its_fault(fetches=fetched is not None)
            ),
            template=pod_template(
                app=args.app,
                labels=all_labels(
                    args.app, name=args.service, part_of=args.part_of, version=args.version
                ),
                container=args.container
                if fetched is None
                else replace(args.container, command=with_secrets(command)),
                environment=environment,
                service_account_name=args.app,
                termination_grace_period_seconds=STOP_SECONDS,
                image_pull_secret=args.image_pull_secret,
                system_controls={},
                # EKS Auto Mode moves pods to have fewer nodes; a migration is not to be cut off
                # for that. Source: Karpenter, "Disruption".
                annotations={"karpenter.sh/do-not-disrupt": "true"},
                # A container that is started anew in its pod would hide the first failure.
                restart_policy="Never",
                init_containers=[] if fetched is None else [fetched],
                volumes=[] if fetched is None else [secrets_volume()],
                volume_mounts=[] if fetched is None else [secrets_mount(read_only=True)],
            ),
        )


def _not_its_fault(*, fetches: bool) -> "list[kubernetes.batch.v1.PodFailurePolicyRuleArgs]":
    """The failures after which another pod is tried, until the deadline.

    Never the action FailJob: of a Job that failed by it Pulumi takes no notice, and waits for the
    time to run out. Source: pulumi/cloud-ready-checks, pkg/kubernetes/job.
    """
    rule = kubernetes.batch.v1.PodFailurePolicyRuleArgs
    lost_node = rule(
        action="Ignore",
        on_pod_conditions=[
            kubernetes.batch.v1.PodFailurePolicyOnPodConditionsPatternArgs(
                type="DisruptionTarget", status="True"
            )
        ],
    )
    no_credentials = rule(
        action="Ignore",
        on_exit_codes=kubernetes.batch.v1.PodFailurePolicyOnExitCodesRequirementArgs(
            container_name=CONTAINER, operator="In", values=[TRY_AGAIN]
        ),
    )
    return [lost_node, no_credentials] if fetches else [lost_node]
