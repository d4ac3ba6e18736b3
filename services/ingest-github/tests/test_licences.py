"""A licence filter must find what a package says in any of its three fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest_github.licences.choice import CLASSES, Licence, choose_licence, read_expression
from ingest_github.licences.names import CLASSIFIERS, NAMES, PHRASES


@pytest.mark.parametrize(
    ("expression", "free_text", "classifiers", "name", "licence_class"),
    [
        ("MIT", None, [], "MIT", "permissive"),
        ("mit or apache-2.0", None, [], "MIT OR Apache-2.0", "permissive"),
        ("MIT", "GPL-3.0-only", [], "MIT", "permissive"),
        (None, "MIT License", [], "MIT", "permissive"),
        (None, "The MIT License (MIT)", [], "MIT", "permissive"),
        (None, "MIT License\n\nCopyright (c) 2020 Somebody", [], "MIT", "permissive"),
        (None, "Apache License, Version 2.0", [], "Apache-2.0", "permissive"),
        (None, "BSD 3-Clause License", ["License :: OSI Approved :: BSD License"],
         "BSD-3-Clause", "permissive"),
        (None, "GPLv3+", [], "GPL-3.0-or-later", "strong_copyleft"),
        (None, "LGPLv2.1", [], "LGPL-2.1-only", "weak_copyleft"),
        (None, "MPL-2.0", [], "MPL-2.0", "weak_copyleft"),
        (None, "", ["License :: OSI Approved :: MIT License"], "MIT", "permissive"),
        (None, "UNKNOWN", ["License :: OSI Approved :: BSD License"], "BSD License", "permissive"),
        (None, "Dual", ["License :: OSI Approved :: MIT License",
                        "License :: OSI Approved :: Apache Software License"],
         "Apache-2.0 OR MIT", "permissive"),
        (None, "GPL", [], "GPL", "strong_copyleft"),
        (None, None, ["License :: Other/Proprietary License"],
         "Other/Proprietary License", "proprietary"),
        ("LicenseRef-Proprietary", None, [], "LicenseRef-Proprietary", "proprietary"),
        (None, "BUSL-1.1", [], "BUSL-1.1", "proprietary"),
        (None, "Copyright (c) 2020 Ann\n\nPermission is hereby granted, free of charge, to any"
         " person obtaining a copy" + " of this software" * 20, [], "MIT", "permissive"),
        (None, "Redistribution and use in source and\n binary forms" + " are permitted" * 20,
         [], "BSD-2-Clause", "permissive"),
        (None, "see the file", [], "see the file", "unknown"),
        (None, None, [], None, "unknown"),
        (7, {"a": 1}, [], None, "unknown"),
    ],
)  # fmt: skip
def test_the_licence_is_read_from_whatever_says_most(
    expression: object, free_text: object, classifiers: list[str], name: str, licence_class: str
) -> None:
    assert choose_licence(expression, free_text, classifiers) == Licence(name, licence_class)


@pytest.mark.parametrize(
    ("expression", "licence_class"),
    [
        ("MIT OR GPL-3.0-only", "permissive"),
        ("MIT AND GPL-3.0-only", "strong_copyleft"),
        ("MIT AND (LGPL-3.0-only OR GPL-3.0-only)", "weak_copyleft"),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", "weak_copyleft"),
        ("Apache-2.0 WITH LLVM-exception", "permissive"),
        ("CC-BY-NC-4.0", "proprietary"),
    ],
)
def test_a_choice_asks_what_its_mildest_part_asks_a_sum_what_its_strictest(
    expression: str, licence_class: str
) -> None:
    licence = read_expression(expression)
    assert licence is not None
    assert licence.licence_class == licence_class


KNOWN = sorted({*NAMES.values(), *CLASSIFIERS.values(), *(spdx for spdx, _ in PHRASES)})


@pytest.mark.parametrize("spdx", KNOWN)
def test_every_name_in_the_tables_is_an_spdx_licence_of_a_known_class(spdx: str) -> None:
    licence = read_expression(spdx)
    assert licence is not None
    assert licence.licence_class != "unknown"


simple = st.sampled_from(["MIT", "Apache-2.0", "GPL-3.0-only", "MPL-2.0", "0BSD"])
expressions = st.recursive(
    simple,
    lambda inner: st.tuples(inner, st.sampled_from([" AND ", " OR "]), inner).map(
        lambda parts: f"({''.join(parts)})"
    ),
    max_leaves=6,
)


@given(expressions)
def test_a_normalised_expression_stays_as_it_is(expression: str) -> None:
    once = read_expression(expression)
    assert once is not None
    assert once.name is not None
    assert read_expression(once.name) == once


@given(st.text(max_size=300) | st.none() | st.integers(), st.lists(st.text(max_size=60)))
def test_no_text_breaks_the_reader(words: object, classifiers: list[str]) -> None:
    licence = choose_licence(None, words, classifiers)
    assert licence.licence_class in CLASSES
    assert licence.name is None or len(licence.name) <= 250
