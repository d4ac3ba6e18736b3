"""The order of what was found: use outweighs the kind of match where it is much greater."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from api.search.ranking import Candidates, Named, Posting, Ranking, use_of
from api.search.terms import MOST_WORDS, typed_words, ways

SUMMARY, NAME = 1, 8


def mark(downloads: int, fields: int) -> int:
    return int(240 * use_of(downloads)) * 512 + 32 + fields


def posting(*bearers: tuple[int, int, int]) -> Posting:
    ids = np.array([each[0] for each in bearers], dtype=np.int64)
    marks = np.array([mark(*each[1:]) for each in bearers], dtype=np.int64)
    return Posting(len(bearers), ids, marks)


def order(query: str, postings: dict[str, Posting], *named: Named) -> list[int]:
    words = typed_words(query)
    return Ranking(Candidates(words, ways(words), postings, named)).order(10)


def exactly(number: int, downloads: int) -> Named:
    return Named(number, "exact", "exact", 1, use_of(downloads), "its very name")


def test_a_very_name_comes_first_unless_another_is_used_thousands_of_times_more() -> None:
    assert order("yaml", {"yaml": posting((2, 2_000, NAME))}, exactly(1, 1_000)) == [1, 2]
    assert order("yaml", {"yaml": posting((2, 90_000_000, NAME))}, exactly(1, 5)) == [2, 1]


def test_rare_words_tell_more_than_common_ones() -> None:
    common = Posting(20_000, *posting((1, 5_000, SUMMARY))[1:])
    rare = posting((2, 5_000, SUMMARY))
    assert order("python borehole", {"python": common, "borehole": rare}) == [2, 1]


def test_neighbours_written_together_stand_for_both() -> None:
    assert order("tensor flow", {"tensorflow": posting((7, 1_000_000, NAME))}) == [7]


def test_synonyms_are_found_and_said() -> None:
    words = typed_words("env vars")
    found = {"environment": posting((3, 9_000, SUMMARY)), "variables": posting((3, 9_000, SUMMARY))}
    match = Ranking(Candidates(words, ways(words), found, ())).match(3)
    assert match.match == "words"
    assert "environment variables" in match.why


@given(st.text(max_size=200))
def test_whatever_is_typed_has_few_words_each_in_its_place(query: str) -> None:
    words = typed_words(query)
    assert len(words) <= MOST_WORDS
    for way in ways(words):
        assert way.words
        assert 0 <= way.first <= way.last < len(words)
