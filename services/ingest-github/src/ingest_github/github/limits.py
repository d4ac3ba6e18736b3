"""GitHub's limits: who may ask, when, and what its answers say about it.

A token's window is an hour. Of its quota a share may be spent at once; the rest lies on a line
from the window's start to its end, so that the hour's end is never reached with nothing left:
allowed(t) = burst + (limit - burst) * (t - start) / 3600.
Requests that are under way count as spent, so that those who wait stand in a row.
"""

import hashlib
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import structlog

from ingest_github.clock import Clock
from ingest_github.json_fields import number
from weekplan import WITH_TOKEN, WITHOUT_TOKEN

HOUR = 3600.0
"""Seconds of a window."""

MINUTE = 60.0
"""Seconds over which GitHub's secondary limit counts."""

ANONYMOUS_WAIT = 60.0
"""Seconds a request without a token may wait: an hour's wait would bring sixty repositories."""

SECONDARY_WAIT = 60.0
"""Seconds after a secondary limit that tells none; doubled each time in a row."""

NEARLY = 5.0
"""Seconds a request rather waits for the token whose ETag it holds than takes another one."""

log = structlog.get_logger(__name__)


class QuotaExhaustedError(Exception):
    """No token may ask within the time a request may wait."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass
class Allowance:
    """What one token may still ask of one of GitHub's resources."""

    limit: int
    used: int = 0
    start: float = 0.0
    """When the window began, seconds since 1970."""
    told: float = 0.0
    """The latest start that GitHub has told; 0 before its first answer."""
    under_way: int = 0
    sent: deque[float] = field(default_factory=deque)
    """When the latest requests were or will be sent, oldest first: a minute's worth."""

    def slot(self, now: float, burst_share: float, per_minute: int) -> float:
        """Return when the next request may be sent."""
        if now >= self.start + HOUR:
            self.used, self.start = 0, now
        burst = max(1, int(self.limit * burst_share))
        wanted = self.used + self.under_way + 1
        earliest = now
        if len(self.sent) >= per_minute:
            earliest = max(now, self.sent[-per_minute] + MINUTE)
        if wanted <= burst:
            return earliest
        if wanted > self.limit:
            return max(earliest, self.start + HOUR + 1)
        line = (wanted - burst) / (self.limit - burst) * HOUR
        return max(earliest, self.start + line)

    def left(self, now: float) -> int:
        """Return how many requests the window still grants."""
        used = 0 if now >= self.start + HOUR else self.used
        return max(0, self.limit - used - self.under_way)

    def take(self, slot: float, per_minute: int) -> None:
        """Note a request that is or will be sent."""
        self.under_way += 1
        self.sent.append(slot)
        while len(self.sent) > per_minute:
            self.sent.popleft()

    def note(self, limit: int, remaining: int, start: float) -> None:
        """Take over what an answer says; one of an older window says nothing any more."""
        if start < self.told - 1:
            return
        if start > self.told + 1 and self.told:
            self.used = 0
        self.told = self.start = start
        self.limit = limit
        self.used = max(self.used, limit - remaining)


@dataclass
class Token:
    """One credential, or none: asking without a token."""

    secret: str | None
    number: int
    """Its place in the setting, for the log; the secret is never written."""
    allowances: dict[str, Allowance] = field(default_factory=dict)
    blocked_until: float = 0.0
    refusals: int = 0
    """Secondary limits in a row."""
    retired: bool = False

    def allowance(self, resource: str) -> Allowance:
        """Return the allowance for a resource: `core` or `graphql`."""
        limit = WITH_TOKEN if self.secret else WITHOUT_TOKEN  # until GitHub's headers say otherwise
        return self.allowances.setdefault(resource, Allowance(limit))

    @property
    def headers(self) -> dict[str, str]:
        """The header that shows it."""
        return {"Authorization": f"Bearer {self.secret}"} if self.secret else {}


class TokenPool:
    """All tokens of this process, and the patience of those who wait for them."""

    def __init__(
        self,
        secrets: list[str],
        clock: Clock,
        *,
        burst_share: float,
        requests_per_minute: int,
        longest_wait: float,
    ) -> None:
        self.clock = clock
        self._tokens = [Token(secret, number) for number, secret in enumerate(secrets, 1)]
        self._anonymous = Token(None, 0)
        self._burst_share = burst_share
        self._per_minute = requests_per_minute
        self._longest_wait = longest_wait

    @property
    def has_token(self) -> bool:
        """Tell whether a token is left."""
        return any(not token.retired for token in self._tokens)

    def left(self) -> int:
        """Return how many requests all tokens together may still make in their hour."""
        now = self.clock.now()
        return sum(token.allowance("core").left(now) for token in self._usable())

    async def acquire(self, key: str, resource: str = "core") -> Token:
        """Wait for a turn and give the token to ask with; QuotaExhaustedError where none comes.

        `key` is what is asked about: it gets the same token whenever that is free, because
        GitHub's ETags are different for different tokens. Whoever waits while GitHub closes the
        token waits anew.
        """
        while True:
            now = self.clock.now()
            token, slot = self._next(key, resource, now)
            if slot - now > self._wait_limit(token):
                raise QuotaExhaustedError(slot - now, self._exhausted(token, slot - now))
            allowance = token.allowance(resource)
            allowance.take(slot, self._per_minute)
            try:
                if slot > now:
                    await self.clock.sleep(slot - now)
            except BaseException:
                allowance.under_way -= 1
                raise
            if not token.retired and token.blocked_until <= self.clock.now():
                return token
            allowance.under_way -= 1

    def release(self, token: Token, resource: str, headers: Mapping[str, str]) -> None:
        """Note what an answer, or none, says of the token's quota."""
        allowance = token.allowance(resource)
        allowance.under_way -= 1
        limit, remaining, reset = (
            number(headers.get(f"x-ratelimit-{name}")) for name in ("limit", "remaining", "reset")
        )
        if limit is None or remaining is None or reset is None:
            allowance.used += 1
            return
        # A clock may run behind GitHub's: no window can begin in the future.
        allowance.note(limit, remaining, min(reset - HOUR, self.clock.now()))

    def refused(self, token: Token, retry_after: float | None) -> None:
        """Note a secondary limit: nobody asks with this token until it is over.

        Requests that were under way when it began are refused too; that is one limit, not many.
        """
        now = self.clock.now()
        if now < token.blocked_until:
            token.blocked_until = max(token.blocked_until, now + (retry_after or 0.0))
            return
        wait = retry_after or SECONDARY_WAIT * 2**token.refusals
        token.refusals += 1
        token.blocked_until = now + wait
        log.warning("GitHub's secondary limit", token=token.number, seconds=wait)

    def accepted(self, token: Token) -> None:
        """Note that no secondary limit stands in the token's way any more."""
        if self.clock.now() >= token.blocked_until:
            token.refusals = 0

    def retire(self, token: Token) -> None:
        """Give a token up that GitHub does not know, or no longer."""
        if not token.retired and token.secret:
            token.retired = True
            log.error(
                "GitHub refuses a token of GITHUB_TOKENS; it is not used any more",
                token=token.number,
                left=sum(not each.retired for each in self._tokens),
            )

    def _next(self, key: str, resource: str, now: float) -> tuple[Token, float]:
        """Return the key's own token if its turn comes soon, else the one whose turn is next."""
        usable = list(self._usable())
        slots = {id(token): self._slot(token, resource, now) for token in usable}
        soonest = min(usable, key=lambda token: slots[id(token)])
        own = usable[int(hashlib.sha256(key.lower().encode()).hexdigest()[:8], 16) % len(usable)]
        chosen = own if slots[id(own)] <= slots[id(soonest)] + NEARLY else soonest
        return chosen, slots[id(chosen)]

    def _usable(self) -> Iterator[Token]:
        left = [token for token in self._tokens if not token.retired]
        yield from left or [self._anonymous]

    def _slot(self, token: Token, resource: str, now: float) -> float:
        # Without a token there is nothing to spread: what is not spent at once is worth nothing.
        share = self._burst_share if token.secret else 1.0
        slot = token.allowance(resource).slot(now, share, self._per_minute)
        return max(slot, token.blocked_until)

    def _wait_limit(self, token: Token) -> float:
        """Return how many seconds a request may wait for this token."""
        return self._longest_wait if token.secret else min(self._longest_wait, ANONYMOUS_WAIT)

    def _exhausted(self, token: Token, seconds: float) -> str:
        if token.secret:
            return f"GitHub's quota is used up for another {seconds:.0f} s"
        return (
            f"GitHub's 60 requests an hour without a token are used up for another {seconds:.0f} s;"
            " set GITHUB_TOKENS"
        )
