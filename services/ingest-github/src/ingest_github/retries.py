"""How often and how long a question is put again to a source that does not answer."""

from servicekit.tries import Question, Tries

ATTEMPTS = 6
"""Times a passing failure is tried."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds between two tries; doubled with each. All of them last a quarter of a minute, so that a
source that is being restarted costs no package."""


def tries(on: type[Exception], source: str, asked: str, then: str) -> Tries:
    """Return the tries of one question, for `async for attempt in ...: with attempt: ...`."""
    return Tries(
        Question(source, asked, then),
        on,
        attempts=ATTEMPTS,
        first_pause=FIRST_PAUSE,
        longest_pause=LONGEST_PAUSE,
    )
