"""One trace for each run: the header by which a message carries it (W3C Trace Context, level 1).

The trace's id is made of the run's, so that whoever sends a message of the run continues its
trace, also after a restart, out of the outbox, or by hand.
"""

from hashlib import sha256

HEADER = "traceparent"
TRACE_DIGITS, SPAN_DIGITS = 32, 16
"""Hexadecimal digits of the two ids."""


def trace_id(run_id: str) -> str:
    """Return the id of a run's trace, as 32 hexadecimal digits."""
    return _digits(run_id)[:TRACE_DIGITS]


def traceparent(run_id: str) -> str:
    """Return the header of a message that begins a run's trace; it is always kept."""
    digits = _digits(run_id)
    return f"00-{digits[:TRACE_DIGITS]}-{digits[TRACE_DIGITS : TRACE_DIGITS + SPAN_DIGITS]}-01"


def _digits(run_id: str) -> str:
    return sha256(run_id.encode()).hexdigest()
