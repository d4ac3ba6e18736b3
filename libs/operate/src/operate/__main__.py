"""Run an operator's command: `python -m operate --help`."""

import sys

from operate.cli import main

sys.exit(main())
