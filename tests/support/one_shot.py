"""The example of a one-shot task as a project, with something that waits for the task."""

from pathlib import Path

from tests.support.catalogue import ROOT

WAITS = """
waiting = pulumi.ResourceOptions(provider=cloud, depends_on=[hello])
aws.sns.Topic("waits", opts=waiting)
"""


def project(folder: Path, *, failing: bool = False) -> Path:
    """Writes the project; when failing, the task's command is `false`."""
    text = (ROOT / "examples/one_shot_task/__main__.py").read_text(encoding="utf-8")
    command = 'command=["echo", "hello"]'
    assert command in text
    if failing:
        text = text.replace(command, 'command=["false"]')
    (folder / "__main__.py").write_text(text + WAITS, encoding="utf-8")
    about = "name: tasks\ndescription: One task.\nruntime: python\n"
    (folder / "Pulumi.yaml").write_text(about, encoding="utf-8")
    (folder / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")
    return folder
