"""The commits of a repository's default branch, and when a person made the newest.

A push says little: it may go to any branch, and programs push every day. Their commits are looked
past where the newest one is theirs, so that the others cost no question more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from events import Outcome
from ingest_github.github.client import Reply
from ingest_github.github.questions import ONE, PAGE, Questions, bears_mark, is_bot, items_of
from ingest_github.json_fields import items, mapping, moment

YEAR = timedelta(days=365)
QUARTER = timedelta(days=90)

MOST_PAGES = 10
"""Of bots' commits alone that are looked past; whose work is behind them is not found out."""


@dataclass(frozen=True)
class Made:
    """When a commit came into the branch, and whether a program made it."""

    when: datetime | None
    by_bot: bool


@dataclass(frozen=True)
class Seen:
    """The year's commits that were read, the newest first."""

    made: list[Made]
    whole: bool
    """Whether they reach back to the start of the year."""


@dataclass(frozen=True)
class Commits:
    """What was counted, each up to now."""

    last_year: int | None
    last_90_days: int | None
    since_release: int | None
    newest: datetime | None
    """A person's; where none was found, the newest that is known to be no later."""


async def read_commits(questions: Questions, day: date, released: date | None) -> Commits:
    """Return the commits of the year and the 90 days before `day`, and since a release."""
    reply = await questions.ask("commits", ONE | _since(day - YEAR))
    count = None if reply is None else items_of(reply)
    newest = _newest(reply)
    if reply is not None and count == 0:
        return await _idle(questions, day, released, ever=reply.outcome != Outcome.EMPTY)
    if count is not None and newest is not None and newest.by_bot:
        return await _past_bots(questions, day, released, count)
    quarter = await questions.count("commits", **_since(day - QUARTER))
    since_release = await _count_since(questions, released)
    return Commits(count, quarter, since_release, newest.when if newest else None)


async def _idle(questions: Questions, day: date, released: date | None, *, ever: bool) -> Commits:
    """Return what there is to tell of a year without a commit: when the newest one was."""
    reply = await questions.ask("commits", ONE) if ever else None
    within = released is not None and released >= day - YEAR
    since_release = 0 if within else await _count_since(questions, released)
    newest = _newest(reply)
    return Commits(0, 0, since_release, newest.when if newest else None)


async def _past_bots(questions: Questions, day: date, released: date | None, count: int) -> Commits:
    """Return the commits of people, as far as the pages that were read tell them apart."""
    seen = await _look_back(questions, day)
    people = [each.when for each in seen.made if each.when and not each.by_bot]
    newest = max(people, default=None) or await _newest_before(questions, day, seen)
    since_release = await _count_since(questions, released)
    return Commits(
        _less(count, _bots_since(seen.made, day - YEAR)),
        await _quarter(questions, day, seen),
        _less(since_release, _bots_since(seen.made, released or day)),
        newest,
    )


async def _look_back(questions: Questions, day: date) -> Seen:
    """Return the year's commits page by page, until one is a person's."""
    made: list[Made] = []
    for number in range(1, MOST_PAGES + 1):
        wanted = {"per_page": str(PAGE), "page": str(number)} | _since(day - YEAR)
        page = await questions.ask("commits", wanted)
        made += _made(page)
        # The last page names no last one.
        if page is None or page.pages is None:
            return Seen(made, whole=page is not None)
        if not all(each.by_bot for each in made):
            break
    return Seen(made, whole=False)


async def _quarter(questions: Questions, day: date, seen: Seen) -> int | None:
    start = day - QUARTER
    if seen.whole or _count(seen.made, start, lambda _: True) < len(seen.made):
        return _count(seen.made, start, lambda each: not each.by_bot)
    return _less(await _count_since(questions, start), _bots_since(seen.made, start))


async def _newest_before(questions: Questions, day: date, seen: Seen) -> datetime | None:
    """Return what no person's commit is later than; None where no person ever made one.

    Who made a commit that is older than a year matters no more.
    """
    if not seen.whole:
        return min((each.when for each in seen.made if each.when), default=None)
    until = {"until": f"{(day - YEAR).isoformat()}T00:00:00Z"}
    reply = await questions.ask("commits", ONE | until)
    newest = _newest(reply)
    return newest.when if newest else None


async def _count_since(questions: Questions, day: date | None) -> int | None:
    return None if day is None else await questions.count("commits", **_since(day))


def _since(day: date) -> dict[str, str]:
    return {"since": f"{day.isoformat()}T00:00:00Z"}


def _made(reply: Reply | None) -> list[Made]:
    """Return the commits of an answer."""
    return [_read(mapping(each)) for each in items(reply.body)] if reply else []


def _newest(reply: Reply | None) -> Made | None:
    return next(iter(_made(reply)), None)


def _read(item: Any) -> Made:
    """Return one commit; its own author stands for an account that GitHub does not know."""
    commit = mapping(item.get("commit"))
    author, committer = mapping(commit.get("author")), mapping(commit.get("committer"))
    when = moment(committer.get("date")) or moment(author.get("date"))
    return Made(when, is_bot(item.get("author")) or bears_mark(author.get("name")))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _count(made: list[Made], day: date, wanted: Callable[[Made], bool]) -> int:
    start = _midnight(day)
    return sum(each.when is not None and each.when >= start and wanted(each) for each in made)


def _bots_since(made: list[Made], day: date) -> int:
    return _count(made, day, lambda each: each.by_bot)


def _less(count: int | None, part: int) -> int | None:
    return None if count is None else max(count - part, 0)
