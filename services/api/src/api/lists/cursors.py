"""Places in a list, as clients carry them: opaque, checked when they come back."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Annotated, TypeVar

import msgspec

from api.http.problems import InvalidRequestError

LONGEST = 600
"""Letters a cursor may have."""
T = TypeVar("T", bound=msgspec.Struct)


class ListCursor(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """The last package of a page: the list's sort and order, its value there, and its name."""

    sort: str
    order: str
    value: int | float | str | None
    name: str


class AdvisoryCursor(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """The last advisory of a page."""

    published: str | None
    advisory_id: str


class SearchCursor(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """How many results of a search earlier pages had."""

    start: Annotated[int, msgspec.Meta(ge=0, le=10_000)]


def encode(cursor: msgspec.Struct) -> str:
    """Return the text a client sends back for the page after this place."""
    return urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def decode(text: str, kind: type[T]) -> T:
    """Read a place; raises `InvalidRequestError` for anything this service did not make."""
    if len(text) > LONGEST:
        raise InvalidRequestError("The cursor is too long.")
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        return msgspec.json.decode(urlsafe_b64decode(padded), type=kind)
    except (ValueError, Base64Error, msgspec.MsgspecError) as error:
        raise InvalidRequestError("The cursor is none of this list.") from error
