"""What counts as a mirror, and so what "without mirrors" means.

The rule: *without mirrors* is all downloads less those by software that copies the index, for
itself or for the people behind it. An installer that the source does not know (the empty string)
is a user: dropping it would drop small clients, old pips and browsers together with the robots.
Because nobody can check that, the share of unknown installers is told beside the numbers.

In breakdowns the installer dimension keeps mirrors as labels of their own. Mirror software sends
neither a Python version nor a system, so both breakdowns lose mirrors from their unknown part,
never below zero. Version and country lose them where the source's tables name the installer too.
File type counts everybody: ClickHouse's table by installer merges rows of different types, so
that its types cannot be told apart, and BigQuery follows, lest the two sources disagree.

What other sites do:

- pypistats.org leaves out bandersnatch, z3c.pypimirror, Artifactory and devpi by `NOT IN`, which
  in SQL also leaves out every download whose installer is unknown; Nexus counts as a user.
- ClickPy and pepy.tech count everything, mirrors included.
- top-pypi-packages counted pip alone until 2024-11, and counts everything since.
"""

MIRRORS = (
    "Artifactory",
    "Nexus",
    "bandersnatch",
    "devpi",
    "pep381client",
    "z3c.pypimirror",
)
"""Installer names as linehaul, PyPI's log parser, stores them."""

UNKNOWN = ""
"""The label of what the source does not know, for every dimension."""
