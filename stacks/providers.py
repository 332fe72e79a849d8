"""The explicit providers of a stack; default providers are disabled in the stack files."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from model.description import Description


@dataclass(frozen=True, kw_only=True, slots=True)
class Clouds:
    """The providers with which everything of a stack is made."""

    aws: aws.Provider
    """Region and default tags of the environment."""
    random: random.Provider
    """Draws passwords; what it drew stays in the state."""

    @property
    def options(self) -> pulumi.ResourceOptions:
        """Options for a component: all of its children use these providers."""
        return pulumi.ResourceOptions(providers=[self.aws, self.random])


def create(description: Description) -> Clouds:
    """Creates the providers.

    The tags of the stack file and three of Slipway's own are on every resource that AWS can tag,
    so that costs and owners can be told apart (E8, DESIGN.md decision 3).
    """
    return Clouds(
        aws=aws.Provider(
            "aws",
            region=description.environment.region,
            default_tags=aws.ProviderDefaultTagsArgs(
                tags={
                    **description.environment.tags,
                    "slipway:project": pulumi.get_project(),
                    "slipway:environment": description.stack,
                    "slipway:managed-by": "pulumi",
                }
            ),
        ),
        random=random.Provider("random"),
    )
