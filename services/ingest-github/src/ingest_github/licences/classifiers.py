"""What PyPI's licence classifiers say; several of them are a choice."""

from collections.abc import Sequence

from ingest_github.licences.expressions import Licence, mildest, read_expression

_PREFIX = "License :: "
_OSI = "OSI Approved :: "
PROPRIETARY = "Other/Proprietary License"

CLASSIFIERS = {
    "Academic Free License (AFL)": "AFL-3.0",
    "Apache Software License": "Apache-2.0",
    "Blue Oak Model License (BlueOak-1.0.0)": "BlueOak-1.0.0",
    "Boost Software License 1.0 (BSL-1.0)": "BSL-1.0",
    "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication": "CC0-1.0",
    "CEA CNRS Inria Logiciel Libre License, version 2.1 (CeCILL-2.1)": "CECILL-2.1",
    "CeCILL-B Free Software License Agreement (CECILL-B)": "CECILL-B",
    "CeCILL-C Free Software License Agreement (CECILL-C)": "CECILL-C",
    "CMU License (MIT-CMU)": "MIT-CMU",
    "Common Development and Distribution License 1.0 (CDDL-1.0)": "CDDL-1.0",
    "Common Public License": "CPL-1.0",
    "Eclipse Public License 1.0 (EPL-1.0)": "EPL-1.0",
    "Eclipse Public License 2.0 (EPL-2.0)": "EPL-2.0",
    "Educational Community License, Version 2.0 (ECL-2.0)": "ECL-2.0",
    "Eiffel Forum License": "EFL-2.0",
    "European Union Public Licence 1.0 (EUPL 1.0)": "EUPL-1.0",
    "European Union Public Licence 1.1 (EUPL 1.1)": "EUPL-1.1",
    "European Union Public Licence 1.2 (EUPL 1.2)": "EUPL-1.2",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
    "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Lesser General Public License v2 (LGPLv2)": "LGPL-2.0-only",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "Apple Public Source License": "APSL-2.0",
    "Attribution Assurance License": "AAL",
    "Historical Permission Notice and Disclaimer (HPND)": "HPND",
    "IBM Public License": "IPL-1.0",
    "Intel Open Source License": "Intel",
    "ISC License (ISCL)": "ISC",
    "Motosoto License": "Motosoto",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 1.0 (MPL)": "MPL-1.0",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Mulan Permissive Software License v2 (MulanPSL-2.0)": "MulanPSL-2.0",
    "NASA Open Source Agreement v1.3 (NASA-1.3)": "NASA-1.3",
    "Nethack General Public License": "NGPL",
    "Netscape Public License (NPL)": "NPL-1.1",
    "Nokia Open Source License (NOKOS)": "Nokia",
    "Open Group Test Suite License": "OGTSL",
    "Open Software License 3.0 (OSL-3.0)": "OSL-3.0",
    "PostgreSQL License": "PostgreSQL",
    "Python License (CNRI Python License)": "CNRI-Python",
    "Python Software Foundation License": "PSF-2.0",
    "Qt Public License (QPL)": "QPL-1.0",
    "Ricoh Source Code Public License": "RSCPL",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
    "Sleepycat License": "Sleepycat",
    "Sun Industry Standards Source License (SISSL)": "SISSL",
    "Sun Public License": "SPL-1.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "Universal Permissive License (UPL)": "UPL-1.0",
    "University of Illinois/NCSA Open Source License": "NCSA",
    "Vovida Software License 1.0": "VSL-1.0",
    "W3C License": "W3C",
    "X.Net License": "Xnet",
    "zlib/libpng License": "Zlib",
    "Zero-Clause BSD (0BSD)": "0BSD",
    "Zope Public License": "ZPL-2.1",
}
"""What follows `License ::` and `OSI Approved ::` in a classifier."""

VAGUE_CLASSIFIERS = {
    "BSD License": "permissive",
    "Aladdin Free Public License (AFPL)": "proprietary",
    "Artistic License": "permissive",
    "Public Domain": "permissive",
    "Freely Distributable": "permissive",
    "Free For Educational Use": "proprietary",
    "Free For Home Use": "proprietary",
    "Free for non-commercial use": "proprietary",
    "Free To Use But Restricted": "proprietary",
    "Freeware": "proprietary",
    "GNU General Public License (GPL)": "strong_copyleft",
    "GNU Library or Lesser General Public License (LGPL)": "weak_copyleft",
    "GNU Free Documentation License (FDL)": "strong_copyleft",
    "Other/Proprietary License": "proprietary",
    "Repoze Public License": "permissive",
}
"""Classifiers that tell a class but no one licence."""

_MORE_EXACT = {
    "BSD License": ("BSD-", "0BSD"),
    "Artistic License": ("Artistic-",),
    "Public Domain": ("CC0-", "Unlicense"),
    "GNU General Public License (GPL)": ("GPL-",),
    "GNU Library or Lesser General Public License (LGPL)": ("LGPL-",),
    "GNU Free Documentation License (FDL)": ("GFDL-",),
}
"""How the licences begin beside which a vague classifier says nothing more."""

_DESCRIPTIONS = frozenset(
    {
        "Freely Distributable",
        "Free For Educational Use",
        "Free For Home Use",
        "Free for non-commercial use",
        "Free To Use But Restricted",
        "Freeware",
    }
)
"""Classifiers that describe a licence and are none of their own to choose."""

_UNSAID = frozenset({"osi approved", "dfsg approved"})
"""What is no licence: it says only that there is one."""


def stated(classifiers: Sequence[str]) -> list[str]:
    """Return what the licence classifiers name, those left out that name no licence."""
    ours = (line for line in classifiers if line.startswith(_PREFIX))
    return sorted({label for line in ours if not is_unsaid(label := label_of(line))})


def label_of(classifier: str) -> str:
    """Return a classifier without the words that all licence classifiers share."""
    return classifier.strip().removeprefix(_PREFIX).removeprefix(_OSI).strip()


def is_unsaid(label: str) -> bool:
    """Tell whether a label names no licence."""
    return label.casefold().removesuffix("::").strip() in _UNSAID | {""}


def exact_names(labels: Sequence[str]) -> list[str]:
    """Return the SPDX names among the labels."""
    return sorted({CLASSIFIERS[label] for label in labels if label in CLASSIFIERS})


def read_labels(labels: Sequence[str]) -> Licence | None:
    """Return the choice among licences of which one at least is exactly known."""
    exact = exact_names(labels)
    if not exact:
        return None
    vague = [label for label in labels if _adds(label, exact)]
    read = [licence for name in exact if (licence := read_expression(name))]
    classes = [each.licence_class for each in read] + [VAGUE_CLASSIFIERS[each] for each in vague]
    return Licence(" OR ".join([*exact, *vague]), mildest(classes))


def read_vague_labels(labels: Sequence[str]) -> Licence | None:
    """Return the choice among licences that are known only by class; else the first label."""
    known = [label for label in labels if label in VAGUE_CLASSIFIERS]
    licences = [label for label in known if label not in _DESCRIPTIONS] or known[:1]
    if licences:
        classes = [VAGUE_CLASSIFIERS[label] for label in licences]
        return Licence(" OR ".join(licences), mildest(classes))
    return Licence(labels[0]) if labels else None


def _adds(label: str, exact: Sequence[str]) -> bool:
    """Tell whether a vague label is a licence of its own beside the exact ones."""
    if label not in VAGUE_CLASSIFIERS or label in _DESCRIPTIONS:
        return False
    return not any(name.startswith(_MORE_EXACT.get(label, ())) for name in exact)
