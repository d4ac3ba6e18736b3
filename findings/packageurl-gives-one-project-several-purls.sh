#!/usr/bin/env bash
# packageurl normalises a name of type `pypi` by the package URL's own rule: lower case, `_` to `-`.
# PyPI's rule (PEP 503) also takes `.` and runs of separators as one `-`. Three spellings of one
# project so keep three package URLs, and a table keyed by them has three rows.
# Likely guess: `PackageURL.from_string(...).to_string()` is the same for all spellings of a project,
# since the library says that it normalises names by type.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check packageurl-python==0.17.6 packaging==26.0
cat > "$folder/try.py" <<'PY'
import sys
from importlib.metadata import version

from packageurl import PackageURL
from packaging.utils import canonicalize_name

SPELLINGS = ("Zope_Interface", "zope-interface", "zope.interface", "zope--interface")

print(f"packageurl-python {version('packageurl-python')}, packaging {version('packaging')}")
urls = {name: PackageURL.from_string(f"pkg:pypi/{name}@7.2").to_string() for name in SPELLINGS}
for name, url in urls.items():
    print(f"{name}: package URL {url}, on PyPI {canonicalize_name(name)}")
projects = {canonicalize_name(name) for name in SPELLINGS}
print(f"guess: one package URL for one project; seen: {len(set(urls.values()))} for {len(projects)}")
sys.exit(0 if len(set(urls.values())) == 3 and len(projects) == 1 else 1)
PY
"$folder/venv/bin/python" "$folder/try.py"
