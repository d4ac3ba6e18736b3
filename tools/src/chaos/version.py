"""`python -m chaos.version newer scorer`: a service whose messages another release would send.

A newer release adds fields that nobody here knows; an older one does not know the optional fields
that were added since. Everything else is the service as it is.
"""

import runpy
import sys
from collections.abc import Callable
from typing import Any

import msgspec

from events import Event
from events.topology import Subject
from servicekit.broker import Publisher

UNKNOWN = "added_by_a_newer_release"

ADDED_SINCE = ("requests", "left_out", "missing_sample", "counts")
"""Optional fields without which every reader must do."""


def newer(value: Any) -> Any:
    """Return a value with a field more in each of its structures, wherever they are."""
    if isinstance(value, msgspec.Struct):
        fields = {name: newer(getattr(value, name)) for name in value.__struct_fields__}
        as_array = value.__struct_config__.array_like
        return [*fields.values(), UNKNOWN] if as_array else fields | {UNKNOWN: {"deep": [1, None]}}
    if isinstance(value, dict):
        return {name: newer(each) for name, each in value.items()}
    return [newer(each) for each in value] if isinstance(value, list) else value


def older(value: Any) -> Any:
    """Return a value without the optional fields, wherever they are."""
    if isinstance(value, list):
        return [older(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: older(each) for name, each in value.items() if name not in ADDED_SINCE}


RELEASES: dict[str, Callable[[Event], Any]] = {
    "newer": newer,
    "older": lambda event: older(msgspec.to_builtins(event)),
}


def main(release: str, package: str) -> None:
    """Run a service as that release."""
    rewrite = RELEASES[release]
    send = Publisher.send_body

    async def send_rewritten(self: Publisher, subject: Subject, body: bytes, msg_id: str) -> None:
        changed = msgspec.json.encode(rewrite(msgspec.json.decode(body, type=subject.event)))
        await send(self, subject, changed, msg_id)

    Publisher.send_body = send_rewritten  # type: ignore[method-assign] # what this module is for
    sys.argv = [package]
    runpy.run_module(package, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
