"""Days as an operator or a schedule names them."""

from datetime import UTC, date, datetime, timedelta

from operate.failure import OperatorError

YESTERDAY = "yesterday"


def day_named(word: str, now: datetime) -> date:
    """Return the day of `2026-06-30` or (by UTC) `yesterday`; OperatorError for anything else."""
    if word == YESTERDAY:
        return now.astimezone(UTC).date() - timedelta(days=1)
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise OperatorError(f"{word} is no day: write 2026-06-30 or {YESTERDAY}") from None
