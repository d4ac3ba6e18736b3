"""Misspellings are found whatever the finger did, and nothing that is close is left out."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from api.search.typo_index import Names, Shelf

words = st.text("ab1-é", min_size=4, max_size=9)
USED = ["tensorflow", "requests", "flask", "tensorboard", "request", "tensors"]


def names(*seldom: str) -> Names:
    by_length: dict[int, bytes] = {}
    for name in [*USED, *seldom]:
        by_length[len(name)] = by_length.get(len(name), b"") + name.encode()
    return Names(by_length, USED)


@given(st.lists(st.text("ab1-", min_size=6, max_size=6), max_size=30), words, st.integers(1, 2))
def test_what_is_close_enough_is_found_and_nothing_else(
    kept: list[str], typed: str, mistakes: int
) -> None:
    shelf = Shelf("".join(kept).encode(), 6)
    close = {(OSA.distance(typed, word), place) for place, word in enumerate(kept)}
    expected = {each for each in close if each[0] <= mistakes}
    assert set(shelf.close(typed, mistakes)) == expected


def test_the_fewest_mistakes_come_first_then_the_most_used() -> None:
    meant = names("flasc", "flaks").meant("flasq", 10)
    assert meant == [(1, "flask"), (1, "flasc")]
    assert names().meant("requets", 10) == [(1, "requests"), (1, "request")]


def test_a_name_that_hardly_anybody_uses_is_found_as_well() -> None:
    assert names("zarathustra").meant("zaratushtra", 10) == [(2, "zarathustra")]


def test_the_beginning_of_a_used_name_is_found_and_stands_for_the_most_used() -> None:
    assert names().meant("tenosr", 10) == [(1, "tensorflow")]


def test_too_short_and_too_long_words_mean_nothing() -> None:
    assert names().meant("fla", 10) == names().meant("x" * 61, 10) == []
