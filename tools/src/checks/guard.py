"""The start of every Python process in an environment of one lock (`checks.own_lock`).

Copied there as `sitecustomize.py`. What only the tests need lies behind the lock's own packages,
and the service's own code is refused it. Three variables say what is what.
"""

import builtins
import os
import sys
from collections.abc import Mapping
from typing import Any

OWN = tuple(os.environ["OWN_SOURCES"].split(os.pathsep))
"""Folders of the code that the image holds."""
LOCKED = os.environ["LOCKED_PACKAGES"]
"""Folder of what the lock installs."""
BEHIND = tuple(os.environ["TEST_PACKAGES"].split(os.pathsep))
"""Folders that only tests may take from."""

_import = builtins.__import__


def guarded(
    name: str,
    globals: Mapping[str, Any] | None = None,  # noqa: A002 - the builtin's own names
    locals: Mapping[str, Any] | None = None,  # noqa: A002
    fromlist: Any = (),
    level: int = 0,
) -> Any:
    """Import; ImportError where the service's code takes what its lock does not bring."""
    module = _import(name, globals, locals, fromlist, level)
    importer = str((globals or {}).get("__file__") or "")
    if level == 0 and importer.startswith(OWN):
        place = _place(sys.modules[name.partition(".")[0]])
        if place.startswith(BEHIND) and not place.startswith((*OWN, LOCKED)):
            raise ImportError(f"{importer} takes {name} from beyond its lock: {place}")
    return module


def _place(module: Any) -> str:
    file = getattr(module, "__file__", None)
    return str(file or next(iter(getattr(module, "__path__", ())), ""))


sys.path.extend(BEHIND)
builtins.__import__ = guarded
