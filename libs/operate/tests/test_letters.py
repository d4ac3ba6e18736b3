"""A letter without its message cannot be sent again, and says where the message is."""

from datetime import UTC, datetime

import pytest

from operate.bus import Bus
from operate.failure import OperatorError
from operate.letters import Letter, Letters


async def test_a_letter_that_holds_no_message_is_not_sent_as_an_empty_one() -> None:
    where = "too large for a letter: SECURITY keeps it as 12"
    letter = Letter(
        id=3,
        service="scorer",
        subject="security.observed",
        run_id="security-2026-06-30-1",
        errors=[where],
        deliveries=1,
        died_at=datetime(2026, 6, 30, tzinfo=UTC),
        replayed_at=None,
        body=b"",
    )
    nobody = Bus("nats://127.0.0.1:1", "")
    with pytest.raises(OperatorError, match=r"letter 3 holds no message.*SECURITY keeps it as 12"):
        await Letters("", nobody).replay(letter)
