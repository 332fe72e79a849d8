"""What the terminal says at the end: what was written, what was not carried over, what is next."""

from collections.abc import Mapping, Sequence

from model.description import Description
from model.problems import Problem
from tools.new_system.draft import Remark, Remarks, SystemDraft
from tools.new_system.project import Outcome


def checked(stacks: Mapping[str, Description]) -> None:
    """Says that the descriptions are valid, and what is unwise in them.

    Args:
        stacks: The descriptions by stack.
    """
    warnings = list(
        dict.fromkeys(warning for stack in stacks.values() for warning in stack.warnings)
    )
    for name, description in stacks.items():
        systems = description.environment.systems
        count = "1 system is" if len(systems) == 1 else f"{len(systems)} systems are"
        print(f"{name}: {count} described without mistakes.")
    _list("Allowed, and unwise", warnings)


def written(draft: SystemDraft, outcome: Outcome, remarks: Remarks) -> None:
    """Says what was done.

    Args:
        draft: The system.
        outcome: What was written.
        remarks: What the reader should know.
    """
    print(f"Described {draft.name}, and checked it in {' and '.join(outcome.stacks)}:")
    for file in outcome.files:
        print(f"  {file}")
    _list("Not carried over", remarks.left)
    _list("Carried over as something else", remarks.changed)
    _list("Look at", [*remarks.look, *outcome.warnings])
    print("\nNext:")
    print(f"  1. Read systems/{draft.name}.yaml: each default and each guess is marked there.")
    secrets = draft.provided()
    if secrets:
        print("  2. Set the secrets that only you know, in each stack; each command asks for one:")
        for stack in outcome.stacks:
            for secret in secrets:
                key = f"slipway:{draft.name}.{secret}"
                print(f"       pulumi config set --secret {key} --stack {stack}")
    number = 3 if secrets else 2
    print(f"  {number}. Deploy it to the sandbox, without an account: make up")


def _list(title: str, entries: Sequence[Remark | Problem]) -> None:
    if entries:
        print(f"\n{title} ({len(entries)}):")
        for entry in entries:
            print(f"  {entry}")
