"""The two listeners of a load balancer; a part of `components/load_balancer.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

HTTP_PORT = 80
HTTPS_PORT = 443


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponseHeadersArgs:
    """Headers that the load balancer adds to every response (trap 46).

    X-XSS-Protection is obsolete and X-Forwarded-* go to the application by themselves.
    """

    strict_transport_security: str | None = "max-age=31536000; includeSubDomains"
    """Browsers use HTTPS only, by default for a year and below the host too; None to leave it to
    the application."""
    x_frame_options: str | None = "DENY"
    """Whether a page may be shown inside of another one; never by default."""
    content_type_sniffing: bool = False
    """Whether browsers may guess what a response is; no by default."""
    content_security_policy: str | None = None
    """Where a page may load from; left to the application by default, which alone knows."""


def create_listeners(
    name: str,
    *,
    load_balancer_arn: pulumi.Input[str],
    certificate_arn: pulumi.Input[str],
    tls_policy: str,
    response_headers: ResponseHeadersArgs,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> "aws.lb.Listener":
    """Creates the listener that redirects to HTTPS, and the HTTPS one that answers 404.

    Args:
        name: Name of the load balancer.
        load_balancer_arn: The load balancer.
        certificate_arn: An issued certificate.
        tls_policy: Protocols and ciphers.
        response_headers: Headers added to every response.
        tags: Tags besides the names.
        parent: The component.

    Returns:
        The HTTPS listener, to which services add their rules.
    """
    child = pulumi.ResourceOptions(parent=parent)
    aws.lb.Listener(
        f"{name}-http",
        load_balancer_arn=load_balancer_arn,
        port=HTTP_PORT,
        protocol="HTTP",
        default_actions=[
            aws.lb.ListenerDefaultActionArgs(
                type="redirect",
                redirect=aws.lb.ListenerDefaultActionRedirectArgs(
                    protocol="HTTPS", port=str(HTTPS_PORT), status_code="HTTP_301"
                ),
            )
        ],
        tags={**tags, "Name": f"{name}-http"},
        opts=child,
    )
    sniffing = None if response_headers.content_type_sniffing else "nosniff"
    return aws.lb.Listener(
        f"{name}-https",
        load_balancer_arn=load_balancer_arn,
        port=HTTPS_PORT,
        protocol="HTTPS",
        ssl_policy=tls_policy,
        certificate_arn=certificate_arn,
        routing_http_response_strict_transport_security_header_value=(
            response_headers.strict_transport_security
        ),
        routing_http_response_x_frame_options_header_value=response_headers.x_frame_options,
        routing_http_response_x_content_type_options_header_value=sniffing,
        routing_http_response_content_security_policy_header_value=(
            response_headers.content_security_policy
        ),
        default_actions=[
            aws.lb.ListenerDefaultActionArgs(
                type="fixed-response",
                fixed_response=aws.lb.ListenerDefaultActionFixedResponseArgs(
                    content_type="text/plain", message_body="Not found", status_code="404"
                ),
            )
        ],
        tags={**tags, "Name": f"{name}-https"},
        opts=child,
    )
