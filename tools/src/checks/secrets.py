"""Look for secrets in every file that Git keeps: `python -m checks.secrets`.

detect-secrets finds them; what is known to be none stands in `.secrets.baseline`, by file and hash,
so that a line may move. With `--accept` everything found now is written there.
"""

import contextlib
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from detect_secrets.core import baseline
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import Settings, transient_settings

from devstack.settings import CHECKOUT

BASELINE = ".secrets.baseline"
UNREAD = (".lock", "package-lock.json", ".png", ".woff2", BASELINE)
"""Endings of files that are hashes or pictures throughout."""
VENDORED = "frontend/vendor/"
"""Libraries as their makers published them."""

ACCEPT = "--accept"
PLUGINS = (
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "BasicAuthDetector",
    "Base64HighEntropyString",
    "GitHubTokenDetector",
    "HexHighEntropyString",
    "JwtTokenDetector",
    "KeywordDetector",
    "NpmDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
)
"""Of detect-secrets' own, those for what this project meets; all of them would take 15 s."""

VERIFYING = "detect_secrets.filters.common.is_ignored_due_to_verification_policies"
"""The filter that would try a secret at its service, over the network."""


def kept_files(folder: Path) -> list[str]:
    """Return the files that Git keeps, or would keep, without those that nobody reads."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    names = sorted(set(listed.stdout.split("\0")) - {""})
    return [
        name
        for name in names
        if not name.endswith(UNREAD) and not name.startswith(VENDORED) and (folder / name).exists()
    ]


def found_in(folder: Path) -> SecretsCollection:
    """Return everything in the folder's kept files that looks like a secret."""
    found = SecretsCollection()
    with contextlib.chdir(folder), looking() as settings:
        settings.disable_filters(VERIFYING)
        found.scan_files(*kept_files(folder))
    return found


def looking() -> AbstractContextManager[Settings]:
    """Return the settings under which secrets are looked for, while the block lasts."""
    return transient_settings({"plugins_used": [{"name": name} for name in PLUGINS]})


def known_in(folder: Path) -> SecretsCollection:
    """Return what is known to be no secret."""
    file = folder / BASELINE
    if not file.exists():
        return SecretsCollection()
    return SecretsCollection.load_from_baseline(baseline.load_from_file(str(file)))


def new_in(folder: Path) -> list[PotentialSecret]:
    """Return what looks like a secret and is not known to be none, by file and line."""
    new = found_in(folder) - known_in(folder)
    return sorted((each for _, each in new), key=lambda each: (each.filename, each.line_number))


def main(words: list[str]) -> int:
    """Name every new one; the exit status is 1 where there is any."""
    if words == [ACCEPT]:
        with looking():
            baseline.save_to_file(found_in(CHECKOUT), str(CHECKOUT / BASELINE))
        return 0
    new = new_in(CHECKOUT)
    for each in new:
        sys.stderr.write(f"{each.filename}:{each.line_number}: looks like a secret ({each.type})\n")
    if new:
        sys.stderr.write(f"take it out; if it is none: python -m checks.secrets {ACCEPT}\n")
    return int(bool(new))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
