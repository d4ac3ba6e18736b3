"""The command line of the stack."""

import sys

from devstack.commands.cli import main

sys.exit(main())
