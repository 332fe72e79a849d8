"""Physical names where Pulumi's automatic one does not fit, or where AWS wants one to be given."""

import pulumi

LOAD_BALANCER_LIMIT = 32
AUTOMATIC_SUFFIX = len("-1234567")


def short_name_prefix(logical_name: str) -> str | None:
    """Fits the name of a load balancer or target group, which AWS cuts at 32 characters.

    Pulumi appends eight characters to the logical name and does not shorten it, and a fixed name
    would forbid the new one to stand beside the old one while it is replaced. So a name that is
    too long is given up for a prefix, to which the provider adds 26 drawn characters; six is the
    longest prefix that leaves room for them. The `Name` tag still says the whole name.

    Args:
        logical_name: Name of the resource in the program.

    Returns:
        What to give as `name_prefix`; None where the automatic name fits.
    """
    if len(logical_name) + AUTOMATIC_SUFFIX <= LOAD_BALANCER_LIMIT:
        return None
    return f"{logical_name[:5].rstrip('-')}-"


def name_in_stack(name: str) -> str:
    """Gives a name to what AWS does not let Pulumi name: task families and dashboards.

    The stack's name is in it, so that two environments can share an account.

    Args:
        name: Name of the component.
    """
    # A stack may have dots in its name, a family and a dashboard may not.
    return f"{pulumi.get_stack()}-{name}".replace(".", "-")
