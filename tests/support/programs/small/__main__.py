"""Random values in nested components: everything that an engine does, without a cloud."""

import pulumi
import pulumi_random as random

config = pulumi.Config()


class Inner(pulumi.ComponentResource):
    """A component in a component."""

    password: pulumi.Output[str]

    def __init__(self, name: str, length: int, opts: pulumi.ResourceOptions) -> None:
        super().__init__("small:index:Inner", name, None, opts)
        password = random.RandomPassword(
            f"{name}-password", length=length, opts=pulumi.ResourceOptions(parent=self)
        )
        self.password = password.result
        self.register_outputs({"password": self.password})


class Outer(pulumi.ComponentResource):
    """A component of two parts."""

    password: pulumi.Output[str]
    label: pulumi.Output[str]

    def __init__(self, name: str, length: int, opts: pulumi.ResourceOptions) -> None:
        super().__init__("small:index:Outer", name, None, opts)
        inner = Inner(f"{name}-inner", length, pulumi.ResourceOptions(parent=self))
        suffix = random.RandomId(
            f"{name}-suffix",
            byte_length=4,
            keepers={"password": inner.password},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.password = inner.password
        self.label = suffix.hex
        self.register_outputs({"password": self.password, "label": self.label})


provider = random.Provider("random")
outer = Outer("outer", config.require_int("length"), pulumi.ResourceOptions(provider=provider))
pulumi.export("label", outer.label)
pulumi.export("url", pulumi.Output.concat("redis://", outer.password, "@host"))
pulumi.export("token", config.require_secret("token"))
pulumi.export("limits", config.require_object("limits"))
