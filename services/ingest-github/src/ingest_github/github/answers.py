"""What an answer of GitHub means: the one place that reads its statuses and headers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from events import Outcome
from ingest_github.json_fields import UNREADABLE, items, mapping, number, text

_LAST_PAGE = re.compile(r'<[^>]*[?&]page=([0-9]{1,9})\b[^>]*>;\s*rel="last"')
_SAME_PLACE = re.compile(
    r"https?://[^/]+(/(?:repositories/\d+|repos/[^/?#]+/[^/?#]+)[^?#]*)(?:[?#].*)?"
)
_LIMIT_WORDS = ("rate limit", "abuse detection")


class Next(StrEnum):
    """What to do after an answer."""

    TAKE = "take"
    """It is final: `outcome` says how it ended."""
    FOLLOW = "follow"
    """Ask `location` instead."""
    WAIT = "wait"
    """The token's hour is used up; its headers say until when."""
    BACK_OFF = "back_off"
    """A secondary limit: `retry_after` seconds, where it tells them."""
    UNAUTHORIZED = "unauthorized"
    AGAIN = "again"
    """Something passing: ask again after a moment, a few times."""


@dataclass(frozen=True)
class Verdict:
    """The meaning of one answer."""

    then: Next
    outcome: Outcome = Outcome.FAILED
    reason: str | None = None
    body: Any = None
    location: str | None = None
    retry_after: float | None = None


def judge(status: int, headers: Mapping[str, str], content: bytes) -> Verdict:
    """Return the meaning of an answer."""
    if status == 200:
        return _whole(content)
    if status == 304:
        return Verdict(Next.TAKE, Outcome.UNCHANGED)
    body = _message(content)
    if status in {301, 302, 307, 308}:
        return _moved(headers, body)
    if status in {403, 429}:
        return _refused(status, headers, body)
    return _by_status(status, body)


def last_page(headers: Mapping[str, str]) -> int | None:
    """Return the number of the last page; None without a Link header, where one page is all."""
    found = _LAST_PAGE.search(headers.get("link", ""))
    return int(found[1]) if found else None


def _whole(content: bytes) -> Verdict:
    try:
        body = msgspec.json.decode(content)
    except UNREADABLE as error:
        return Verdict(Next.AGAIN, reason=f"the answer is not whole: {error}")
    if said := _graphql_limit(body):
        return Verdict(Next.WAIT, Outcome.SKIPPED, said)
    return Verdict(Next.TAKE, Outcome.OK, body=body)


def _graphql_limit(body: Any) -> str | None:
    """Return GraphQL's words for a quota that is used up, which it says with status 200."""
    errors = map(mapping, items(mapping(body).get("errors")))
    limits = (each for each in errors if each.get("type") == "RATE_LIMITED")
    return next((text(each.get("message"), 200) or "RATE_LIMITED" for each in limits), None)


def _message(content: bytes) -> Mapping[str, Any]:
    try:
        return mapping(msgspec.json.decode(content))
    except UNREADABLE:
        return {}


def _moved(headers: Mapping[str, str], body: Mapping[str, Any]) -> Verdict:
    """Follow a move by its path alone: a token must reach no other host."""
    place = _SAME_PLACE.fullmatch(headers.get("location") or str(body.get("url")))
    if place is None:
        return Verdict(Next.TAKE, Outcome.FAILED, "moved to a place that is no repository")
    return Verdict(Next.FOLLOW, location=place[1])


def _refused(status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> Verdict:
    """Tell the three meanings of 403 apart: the hour's quota, a secondary limit, a closed door."""
    said = text(body.get("message"), 200) or f"status {status}"
    if headers.get("x-ratelimit-remaining") == "0":
        return Verdict(Next.WAIT, Outcome.SKIPPED, said)
    retry_after = headers.get("retry-after", "")
    if retry_after or status == 429 or any(word in said.lower() for word in _LIMIT_WORDS):
        seconds = number(retry_after)
        wait = None if seconds is None else float(seconds)
        return Verdict(Next.BACK_OFF, Outcome.SKIPPED, said, retry_after=wait)
    return Verdict(Next.TAKE, Outcome.BLOCKED, _blocked(status, body, said), body)


def _by_status(status: int, body: Mapping[str, Any]) -> Verdict:
    said = text(body.get("message"), 200) or f"status {status}"
    if status >= 500:
        return Verdict(Next.AGAIN, reason=f"GitHub answered {status}")
    return {
        202: Verdict(Next.AGAIN, reason="GitHub is still computing the answer"),
        401: Verdict(Next.UNAUTHORIZED, Outcome.FAILED, said),
        404: Verdict(Next.TAKE, Outcome.GONE, "deleted, private, or never there"),
        409: Verdict(Next.TAKE, Outcome.EMPTY, said),
        410: Verdict(Next.TAKE, Outcome.GONE, said),
        451: Verdict(Next.TAKE, Outcome.BLOCKED, _blocked(status, body, said), body),
    }.get(status, Verdict(Next.TAKE, Outcome.FAILED, f"GitHub answered {status}: {said}"))


def _blocked(status: int, body: Mapping[str, Any], said: str) -> str:
    why = text(mapping(body.get("block")).get("reason"), 60)
    return f"{said} ({why})" if why else f"{said} ({status})"
