#!/usr/bin/env bash
# license-expression's SPDX licensing reads valid SPDX expressions and writes others. It renames
# identifiers of SPDX's own list to ScanCode's (`Net-SNMP`), a `LicenseRef-` that happens to have a
# namesake there (`LicenseRef-Commercial`), and refuses every other `LicenseRef-`, which SPDX lets
# anybody define, together with the known licence beside it. packaging, which PyPI checks uploads
# with, keeps all of them as they are.
# Likely guess: what `get_spdx_licensing()` parses and prints is the same SPDX expression, and a
# valid `LicenseRef-` is accepted.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check license-expression==30.4.4 packaging==26.0
cat > "$folder/try.py" <<'PY'
import sys
from importlib.metadata import version

from license_expression import ExpressionError, get_spdx_licensing
from packaging.licenses import canonicalize_license_expression

EXPECTED = {
    "MIT OR Apache-2.0": "MIT OR Apache-2.0",
    "Net-SNMP": "LicenseRef-scancode-net-snmp",
    "Nunit": "zlib-acknowledgement",
    "LicenseRef-Commercial": "LicenseRef-scancode-commercial-license",
    "LicenseRef-Acme-EULA OR MIT": ExpressionError.__name__,
}

spdx = get_spdx_licensing()


def printed(expression):
    try:
        return str(spdx.parse(expression, validate=True))
    except ExpressionError as error:
        return type(error).__name__


print(f"license-expression {version('license-expression')}, packaging {version('packaging')}")
seen = {expression: printed(expression) for expression in EXPECTED}
kept = [canonicalize_license_expression(expression) for expression in EXPECTED]
for (expression, text), own in zip(seen.items(), kept, strict=True):
    print(f"{expression}: license-expression gives {text}, packaging {own}")
print("guess: both give what was written")
sys.exit(0 if seen == EXPECTED and kept == list(EXPECTED) else 1)
PY
"$folder/venv/bin/python" "$folder/try.py"
