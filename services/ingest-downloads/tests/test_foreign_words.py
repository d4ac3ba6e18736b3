"""Whatever words ClickHouse answers with, the wait is bearable or the end is a sentence."""

from datetime import UTC, datetime

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError
from hypothesis import example, given
from hypothesis import strategies as st

from ingest_downloads.clickhouse import (
    LONGEST_QUOTA_WAIT,
    PASSING,
    QUOTA_MARGIN,
    code_of,
    seconds_to_quota_end,
    sentence,
    wait_before_next,
)

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
QUOTA = "Code: 201. DB::Exception: Quota exceeded. Interval will end at "


@given(st.text(max_size=200) | st.from_regex(r"Code: [0-9]{1,30}\.? .*", fullmatch=True))
@example("Code: " + "9" * 5000)
@example(QUOTA + "9999-99-99 99:99:99")
@example(QUOTA + "9999-12-31 23:59:59")
@example(QUOTA + "0000-00-00 00:00:00")
def test_any_error_is_one_line_and_a_bearable_wait(words: str) -> None:
    error = DatabaseError(words)
    assert len(sentence(error)) <= 500 and "\n" not in sentence(error)
    code = code_of(error)
    assert code is None or code < 10**9
    assert 0 <= wait_before_next(error, PASSING) <= LONGEST_QUOTA_WAIT + QUOTA_MARGIN


@pytest.mark.parametrize(
    ("end", "seconds"),
    [
        ("2026-07-01 12:10:00", 600 + QUOTA_MARGIN),
        ("2026-07-01 11:00:00", QUOTA_MARGIN),
        ("2026-07-09 12:00:00", LONGEST_QUOTA_WAIT + QUOTA_MARGIN),
    ],
)
def test_the_end_of_the_quota_is_waited_for_and_no_longer_than_an_hour(
    end: str, seconds: float
) -> None:
    assert seconds_to_quota_end(f"{QUOTA}{end} UTC", NOW) == seconds
