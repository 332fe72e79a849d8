"""One service of a compose file: its image, command and port."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from model.fields import ImageName, ImageReference
from model.rules.agreement import is_immutable
from model.secrecy import is_secret_value
from tools.new_system.compose import keys
from tools.new_system.compose.document import command_words, items, missing, section
from tools.new_system.compose.images import Image, parse_image
from tools.new_system.draft import Remarks, ServiceDraft
from tools.new_system.valid import why_wrong

USUAL_TAG = "1.0.0"


@dataclass(frozen=True, slots=True)
class Images:
    """What all services of a file share where it is about images."""

    system: str
    """Name of the system."""
    built: Collection[str]
    """Images that the file says how to build, whichever service says it."""
    remarks: Remarks


def read_service(
    images: Images, source: str, name: str, content: Mapping[str, Any]
) -> ServiceDraft:
    """Drafts a service from all that does not concern the others.

    Args:
        images: What it shares with the others.
        source: Name of the service in the compose file.
        name: Its name in the system.
        content: What the compose file says of it.
    """
    remarks = images.remarks
    keys.of_service(source, content, remarks)
    if name != source:
        remarks.change(
            source,
            f"the service is called {name}",
            "nothing to do: a name has up to 20 lower-case letters, digits and hyphens",
        )
    image, tag = _image(images, source, name, content)
    service = ServiceDraft(
        name=name,
        description=f"The service {source} of the compose file.",
        image=image,
        tag=tag,
        command=_command(source, content.get("command"), remarks),
        notes={"description": "say what it does"},
    )
    service.port = _port(source, content, remarks)
    return service


def is_published(content: Mapping[str, Any]) -> bool:
    """Whether a service has ports on the machine that compose runs on."""
    return bool(items(content.get("ports")))


def _image(images: Images, source: str, name: str, content: Mapping[str, Any]) -> tuple[str, str]:
    remarks = images.remarks
    reference = str(content.get("image") or "")
    known = reference and not missing(reference.partition(":")[0])
    image = parse_image(reference) if known else None
    if image is not None and why_wrong(ImageName, image.name) is not None:
        image = None
    usual = f"{images.system}/{name}"
    place = f"{source}.image"
    if "build" in content:
        remarks.leave(
            f"{source}.build",
            "Slipway runs images and builds none",
            f"build it and push it to the registry as {image.name if image else usual}",
        )
    if image is None:
        if reference or "build" not in content:
            remarks.leave(
                place, "names no image that can be known here", f"{usual} stands there; correct it"
            )
        return usual, USUAL_TAG
    if image.registry:
        remarks.leave(
            place,
            f"tasks pull from the registry of the stack file, not from {image.registry}",
            f"push {image.name} there, or change slipway:domain.registry",
        )
    elif image.name not in images.built:
        remarks.leave(
            place,
            "tasks pull from the registry of the stack file only",
            f"push {image.name} there",
        )
    return image.name, _tag(place, image, remarks)


def _tag(place: str, image: Image, remarks: Remarks) -> str:
    tag = image.tag
    if tag and why_wrong(ImageReference, tag) is None and is_immutable(tag):
        return tag
    shown = "a tag from the shell" if missing(tag) else f"the tag {tag}" if tag else "no tag"
    remarks.change(
        place,
        f"{shown} can mean another image tomorrow, so images has {USUAL_TAG} (trap 36)",
        "write the version that you have pushed into each stack file",
    )
    return USUAL_TAG


def _command(source: str, written: Any, remarks: Remarks) -> tuple[str, ...]:
    if written is None:
        return ()
    place = f"{source}.command"
    words = command_words(written)
    if words is None:
        remarks.leave(place, "cannot be taken apart", "write it as a list under command")
        return ()
    if any(missing(word) for word in words):
        remarks.leave(
            place, "needs values from the shell or from .env", "write it out under command"
        )
        return ()
    if any(is_secret_value(word) for word in words):
        remarks.leave(
            place, "holds a secret in plain text", "let the process read it from a variable"
        )
        return ()
    return words


def _port(source: str, content: Mapping[str, Any], remarks: Remarks) -> int | None:
    chosen: int | None = None
    for key in ("ports", "expose"):
        for index, entry in enumerate(items(content.get(key))):
            place = f"{source}.{key}[{index}]"
            port = _container_port(place, entry, remarks)
            if port is None or port == chosen:
                continue
            if chosen is None:
                chosen = port
            else:
                remarks.leave(
                    place,
                    f"a service has one port, here {chosen}",
                    f"make a service of its own for {port}, or remove it",
                )
    return chosen


def _container_port(place: str, entry: Any, remarks: Remarks) -> int | None:
    """The port inside of the container; the machine's own port is nobody's matter on AWS."""
    long = section(entry)
    text = str(long.get("target")) if long else str(entry).rpartition(":")[2]
    for key in long:
        if key not in ("target", "published", "protocol"):
            remarks.leave(f"{place}.{key}", "is of the machine's own port", "nothing to do")
    port, _, protocol = text.partition("/")
    if "udp" in (protocol, long.get("protocol")):
        remarks.leave(place, "the load balancer speaks HTTP", "nothing reaches UDP ports")
        return None
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        remarks.leave(place, "is no single port", "write the one that the service listens on")
        return None
    return int(port)
