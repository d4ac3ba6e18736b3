"""The base of every message."""

from collections.abc import Callable
from typing import Any

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of an event; unknown fields are ignored, so that contracts can grow."""


class Event(Message, frozen=True, kw_only=True):
    """One message on the bus.

    Contracts only grow: a new field is optional, a renamed one means a new subject.
    The two hooks below let FastStream's AsyncAPI generator, which knows pydantic alone,
    describe a msgspec structure.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Callable[..., Any]) -> Any:
        """Validate by msgspec."""
        from pydantic_core import core_schema  # noqa: PLC0415 - only the generator needs pydantic

        return core_schema.no_info_plain_validator_function(lambda v: msgspec.convert(v, cls))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Callable[..., Any]) -> Any:
        """Describe by msgspec, with nested structures in place."""
        template = "#/components/schemas/{name}"
        (described,), definitions = msgspec.json.schema_components([cls], ref_template=template)
        return _inlined(described, definitions)


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    """Return the schema with each reference replaced by what it points to."""
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(definitions[node["$ref"].rsplit("/", 1)[1]], definitions)
    return {key: _inlined(value, definitions) for key, value in node.items()}
