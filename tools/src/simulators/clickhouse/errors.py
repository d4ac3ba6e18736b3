"""ClickHouse's errors as its HTTP server words them."""

import re
from datetime import UTC, datetime

ENGINE_VERSION = "26.9.2.1"

NAMES = {
    159: "TIMEOUT_EXCEEDED",
    164: "READONLY",
    201: "QUOTA_EXCEEDED",
    202: "TOO_MANY_SIMULTANEOUS_QUERIES",
    241: "MEMORY_LIMIT_EXCEEDED",
    307: "TOO_MANY_BYTES",
    396: "TOO_MANY_ROWS_OR_BYTES",
    516: "AUTHENTICATION_FAILED",
}

STATUS_BY_CODE = {
    194: 401, 516: 403, 159: 408, 208: 501, 209: 503, 439: 503,
    **dict.fromkeys((6, 26, 27, 36, 38, 41, 42, 43, 44, 53, 62, 69, 70, 117, 386), 400),
    **dict.fromkeys((16, 46, 47, 60, 81, 115), 404),
    **dict.fromkeys((131, 161), 413),
}  # fmt: skip
OTHER_STATUS = 500


def status_of(code: int) -> int:
    """The HTTP status that goes with an exception's code."""
    return STATUS_BY_CODE.get(code, OTHER_STATUS)


def code_in(text: str) -> int:
    """The code of an error text; 1000 where it names none."""
    match = re.search(r"Code: (\d+)", text)
    return int(match.group(1)) if match else 1000


def from_engine(error: Exception) -> str:
    """The engine's error as the server would print it."""
    text = str(error)
    start = text.find("Code: ")
    return text[start:].rstrip() if start >= 0 else f"Code: 1000. DB::Exception: {text}"


def on_demand(code: int) -> str:
    """An error that a fault asked for."""
    name = NAMES.get(code, "UNKNOWN_EXCEPTION")
    words = name.lower().replace("_", " ")
    return (
        f"Code: {code}. DB::Exception: {words}, as asked for. ({name}) (version {ENGINE_VERSION})"
    )


def quota_until(user: str, end: float) -> str:
    """The quota error, with the moment from which on queries are let in again."""
    moment = datetime.fromtimestamp(end, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return (
        f"Code: 201. DB::Exception: Quota for user `{user}` for 3600s has been exceeded: "
        f"queries = 301/300. Interval will end at {moment}. "
        f"Name of quota template: `{user}`. (QUOTA_EXCEEDED) (version {ENGINE_VERSION})"
    )


def wrong_password(user: str) -> str:
    """What a user meets who is unknown or has the wrong password."""
    return (
        f"Code: 516. DB::Exception: {user}: Authentication failed: password is incorrect, or "
        "there is no user with such name. (AUTHENTICATION_FAILED)"
    )
