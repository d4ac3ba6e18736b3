"""A licence filter must find what a package says in any of its three fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.licenses._spdx import EXCEPTIONS, LICENSES

from ingest_github.licences.bodies import BODIES
from ingest_github.licences.choice import choose_licence
from ingest_github.licences.classifiers import CLASSIFIERS
from ingest_github.licences.expressions import CLASSES, Licence, read_expression
from ingest_github.licences.names import FILLERS, NAMES, VAGUE_NAMES, plain


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
        (None, "Copyright (c) 2020 Ann\n" + BODIES["MIT"], [], "MIT", "permissive"),
        (None, BODIES["BSD-2-Clause"], [], "BSD-2-Clause", "permissive"),
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
        ("LicenseRef-Commercial OR MIT", "permissive"),
        ("MIT OR LicenseRef-Commercial", "permissive"),
        ("LicenseRef-Ours OR GPL-3.0-only OR LicenseRef-Yours", "strong_copyleft"),
        ("LicenseRef-Ours AND MPL-2.0", "weak_copyleft"),
        ("LicenseRef-Ours", "unknown"),
        ("LicenseRef-Nvidia-Proprietary", "proprietary"),
        ("LicenseRef-Public-Domain", "permissive"),
        ("LicenseRef-Commercial AND MIT", "proprietary"),
        ("MIT AND GPL-2.0-only OR Apache-2.0", "permissive"),
        ("MIT AND (GPL-2.0-only OR LGPL-2.1+)", "weak_copyleft"),
        ("GPL-3.0-with-GCC-exception", "weak_copyleft"),
        ("GPL-2.0-with-bison-exception", "weak_copyleft"),
        ("eCos-2.0", "weak_copyleft"),
        ("GPL-2.0-only WITH cryptsetup-OpenSSL-exception", "strong_copyleft"),
    ],
)
def test_a_choice_asks_what_its_mildest_part_asks_a_sum_what_its_strictest(
    expression: str, licence_class: str
) -> None:
    licence = read_expression(expression)
    assert licence is not None
    assert licence.licence_class == licence_class


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("apache-2.0 or bsd-3-clause or mit", "Apache-2.0 OR BSD-3-Clause OR MIT"),
        ("(MIT)", "(MIT)"),
        ("GPL-3.0-with-GCC-exception", "GPL-3.0-with-GCC-exception"),
        ("GPL-3.0", "GPL-3.0"),
        ("LicenseRef-commercial or MIT", "LicenseRef-commercial OR MIT"),
        ("MIT AND (Apache-2.0 OR MIT)", "MIT AND (Apache-2.0 OR MIT)"),
    ],
)
def test_an_expression_keeps_its_authors_words(expression: str, name: str) -> None:
    # What packaging 26.3 makes of it, as PyPI does: letter case alone is put right.
    assert choose_licence(expression, None, []).name == name


# SPDX's words for a licence that is not told further.
UNTOLD = {"any-OSI", "any-OSI-perl-modules"}


def test_every_licence_and_exception_of_spdx_is_known() -> None:
    for each in LICENSES.values():
        licence = read_expression(each["id"])
        assert licence is not None and licence.name == each["id"]
        assert (licence.licence_class == "unknown") == (each["id"] in UNTOLD), each["id"]
    for exception in EXCEPTIONS.values():
        assert read_expression(f"GPL-3.0-only WITH {exception['id']}") is not None


@pytest.mark.parametrize("words", ["GPL", "MIT OR", "(MIT", "LicenseRef-", "MIT WITH MIT", " "])
def test_what_pypi_would_refuse_is_no_expression(words: str) -> None:
    assert read_expression(words) is None


@pytest.mark.parametrize(
    ("words", "name", "licence_class"),
    [
        *((label, spdx, None) for label, spdx in CLASSIFIERS.items()),
        ("GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later", "strong_copyleft"),
        ("License :: OSI Approved :: MIT License", "MIT", "permissive"),
        ("MIT/Apache-2.0", "MIT OR Apache-2.0", "permissive"),
        ("Apache 2.0 / MIT", "Apache-2.0 OR MIT", "permissive"),
        ("MIT or GPLv3+", "MIT OR GPL-3.0-or-later", "permissive"),
        ("Dual licensed under MIT or GPL v2 or later", "MIT OR GPL-2.0-or-later", "permissive"),
        ("MIT/GPL", "MIT OR GPL", "permissive"),
        ("MIT and GPL v3", "MIT AND GPL-3.0-only", "strong_copyleft"),
        ("(MIT OR Apache-2.0) and MPL 2.0", "(MIT OR Apache-2.0) AND MPL-2.0", "weak_copyleft"),
        ("GPLv2 or GPLv3", "GPL-2.0-only OR GPL-3.0-only", "strong_copyleft"),
        ("GPL (>= 2)", "GPL-2.0-or-later", "strong_copyleft"),
        ("GNU GPL version 3 or any later version", "GPL-3.0-or-later", "strong_copyleft"),
        ("GNU Library General Public License, version 2", "LGPL-2.0-only", "weak_copyleft"),
        ("GNU Affero GPL v3", "AGPL-3.0-only", "strong_copyleft"),
        ("LGPLv2.1+", "LGPL-2.1-or-later", "weak_copyleft"),
        ("Mozilla Public License, v. 2.0.", "MPL-2.0", "weak_copyleft"),
        ("Licensed under the Apache License, Version 2.0", "Apache-2.0", "permissive"),
        ("GNU General Public License (GPL)", "GNU General Public License (GPL)",
         "strong_copyleft"),
        ("CC BY-NC-SA 4.0", "CC-BY-NC-SA-4.0", "proprietary"),
        ("BUSL 1.1", "BUSL-1.1", "proprietary"),
        ("MIT license; see LICENSE", "MIT", "permissive"),
        ("GPL 3 (see COPYING.txt)", "GPL-3.0-only", "strong_copyleft"),
        ("https://opensource.org/licenses/BSD-3-Clause", "BSD-3-Clause", "permissive"),
        ("https://opensource.org/licenses/mit-license.php", "MIT", "permissive"),
        ("http://www.gnu.org/licenses/agpl-3.0.en.html", "AGPL-3.0", "strong_copyleft"),
        ("Commercial, see LICENSE", "Commercial, see LICENSE", "proprietary"),
        ("Proprietary. All rights reserved.", "Proprietary. All rights reserved.", "proprietary"),
        ("BSD (2-clause or 3-clause)", "BSD (2-clause or 3-clause)", "unknown"),
        ("License :: OSI Approved", None, "unknown"),
        ("OSI Approved", None, "unknown"),
    ],
)  # fmt: skip
def test_a_name_in_the_licence_field_is_read(
    words: str, name: str | None, licence_class: str | None
) -> None:
    licence = choose_licence(None, words, [])
    assert licence.name == name
    assert licence_class in (None, licence.licence_class)


OSI = "License :: OSI Approved :: "
PROPRIETARY = "License :: Other/Proprietary License"


@pytest.mark.parametrize(
    ("free_text", "classifiers", "name", "licence_class"),
    [
        # python-dateutil 2.8.2
        ("Dual License", [OSI + "BSD License", OSI + "Apache Software License"],
         "Apache-2.0 OR BSD License", "permissive"),
        (None, [OSI + "GNU General Public License (GPL)", OSI + "MIT License"],
         "MIT OR GNU General Public License (GPL)", "permissive"),
        (None, [OSI + "GNU General Public License (GPL)",
                OSI + "GNU General Public License v3 (GPLv3)"], "GPL-3.0-only", "strong_copyleft"),
        (None, [OSI + "MIT License", "License :: Freely Distributable"], "MIT", "permissive"),
        ("UNKNOWN", [OSI + "BSD License", "License :: Public Domain"],
         "BSD License OR Public Domain", "permissive"),
        (None, ["License :: OSI Approved"], None, "unknown"),
        (None, ["License :: OSI Approved", OSI + "MIT License"], "MIT", "permissive"),
        ("GNU GPL v2", [OSI + "GNU General Public License v2 or later (GPLv2+)"],
         "GPL-2.0-or-later", "strong_copyleft"),
        ("GPL", [OSI + "GNU General Public License v2 or later (GPLv2+)"],
         "GPL-2.0-or-later", "strong_copyleft"),
        ("LGPL 2.1", [OSI + "GNU Lesser General Public License v2 or later (LGPLv2+)"],
         "LGPL-2.1-or-later", "weak_copyleft"),
        ("GPLv2 only", [OSI + "GNU General Public License v2 or later (GPLv2+)"],
         "GPL-2.0-only", "strong_copyleft"),
        ("GPLv3", [OSI + "GNU General Public License v2 or later (GPLv2+)"],
         "GPL-3.0-only", "strong_copyleft"),
        (BODIES["MIT"], [PROPRIETARY], "Other/Proprietary License", "proprietary"),
        ("Apache License\nVersion 2.0, January 2004\n", [PROPRIETARY],
         "Other/Proprietary License", "proprietary"),
        ("see the file", [OSI + "BSD License"], "BSD License", "permissive"),
    ],
)  # fmt: skip
def test_several_fields_and_classifiers_are_weighed(
    free_text: str | None, classifiers: list[str], name: str | None, licence_class: str
) -> None:
    assert choose_licence(None, free_text, classifiers) == Licence(name, licence_class)
    assert choose_licence(None, free_text, classifiers[::-1]) == Licence(name, licence_class)


NOTICE = """This program is free software; you can redistribute it and/or modify it under the
terms of the GNU General Public License as published by the Free Software Foundation; either
version 2 of the License, or (at your option) any later version.

This program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY.
"""
GPL_TEXT = (
    """                    GNU GENERAL PUBLIC LICENSE
                       Version 2, June 1991

 Copyright (C) 1989, 1991 Free Software Foundation, Inc.
"""
    + "Everyone is permitted to copy and distribute verbatim copies. " * 20
)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (NOTICE, "GPL-2.0-or-later"),
        ("Copyright (C) 2020 Ann\n" + NOTICE + GPL_TEXT, "GPL-2.0-or-later"),
        (NOTICE.replace("either\nversion 2", "version\n2").replace(
            ", or (at your option) any later version", ""), "GPL-2.0-only"),
        (NOTICE.replace("General", "Lesser General").replace("version 2 ", "version 2.1 "),
         "LGPL-2.1-or-later"),
        (NOTICE.replace("General", "Affero General").replace("version 2 ", "version 3 "),
         "AGPL-3.0-or-later"),
        (GPL_TEXT, "GPL-2.0-only"),
        # The appendix of GPL's text tells how a notice may read; it grants nothing.
        (GPL_TEXT + NOTICE, "GPL-2.0-only"),
        # Debian's /usr/share/common-licenses/LGPL-2
        (GPL_TEXT.replace("GENERAL", "LIBRARY GENERAL"), "LGPL-2.0-only"),
        (GPL_TEXT.replace("Version 2, June 1991", "Version 3, 29 June 2007"), "GPL-3.0-only"),
        ("# MIT License\n\nCopyright (c) 2020 Ann", "MIT"),
        ("                 Apache License\n           Version 2.0, January 2004\n"
         "        http://www.apache.org/licenses/\n", "Apache-2.0"),
        ("Business Source License 1.1\n\nChange License: Apache License, Version 2.0\n"
         + "The Licensor hereby grants you the right to copy. " * 20, "BUSL-1.1"),
        *((body, spdx) for spdx, body in BODIES.items()),
        *(("Copyright (c) 2020 Ann. All rights reserved. " + body.replace("\n", " "), spdx)
          for spdx, body in BODIES.items()),
        (BODIES["BSD-3-Clause"].replace("copyright holder nor", "University of Somewhere nor"),
         "BSD-3-Clause"),
        (BODIES["MIT"] + "\nThis package includes parts of others:\n" + BODIES["BSD-3-Clause"],
         "MIT"),
    ],
)  # fmt: skip
def test_a_text_is_known_by_its_title_its_body_or_its_notice(words: str, name: str) -> None:
    assert choose_licence(None, words, []).name == name


AGREEMENT = "END USER AGREEMENT\n\nYou may use the Product as long as you pay for it.\n"


@pytest.mark.parametrize(
    "words",
    [
        "Parameters\nChange License: Apache License, Version 2.0\n" + "You may copy. " * 30,
        AGREEMENT + "It contains parts under the MIT License and the GNU General Public License,"
        " version 3, and the Mozilla Public License, version 2.0." + " You may not copy it." * 20,
        *(AGREEMENT + "It includes Parts by Ann:\n" + body for body in BODIES.values()),
        AGREEMENT + "It includes readline.\n" + NOTICE,
        "Permission is hereby granted, free of charge, to any person obtaining a copy"
        + " of this software" * 20,
        "Redistribution and use in source and binary forms" + " are permitted" * 20,
        '"Commons Clause" License Condition v1.0\n\n' + BODIES["MIT"],
        "MIT License\n" + BODIES["MIT"] + '\n"Commons Clause" License Condition v1.0',
    ],
)
def test_a_text_that_mentions_a_licence_is_not_that_licence(words: str) -> None:
    licence = choose_licence(None, words, [])
    assert licence.licence_class == "unknown"
    assert licence.name is not None and read_expression(licence.name) is None


@pytest.mark.parametrize("key", [*NAMES, *VAGUE_NAMES])
def test_every_key_of_the_tables_can_be_found(key: str) -> None:
    assert plain(key) == key
    assert FILLERS.isdisjoint(key.split())


KNOWN = sorted({*NAMES.values(), *CLASSIFIERS.values(), *BODIES})


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


@pytest.mark.parametrize(
    ("line", "name", "told"),
    [
        ("MIT, Apache-2.0", "MIT AND Apache-2.0", "permissive"),
        ("MPL-2.0, MIT", "MPL-2.0 AND MIT", "weak_copyleft"),
        ("MIT, BSD", "MIT AND BSD", "permissive"),
        ("MIT, Apache-2.0 or GPL-3.0-only", "MIT OR Apache-2.0 OR GPL-3.0-only", "permissive"),
        ("MIT, ISC, and GPL-3.0-only", "MIT AND ISC AND GPL-3.0-only", "strong_copyleft"),
        ("Apache License, Version 2.0", "Apache-2.0", "permissive"),
        ("MIT, whatever we like", "MIT, whatever we like", "unknown"),
    ],
)
def test_a_list_parted_by_commas_is_known_where_every_name_is(
    line: str, name: str, told: str
) -> None:
    licence = choose_licence(None, line, [])
    assert (licence.name, licence.licence_class) == (name, told)
