"""The command line of the stack."""

import sys

from local_stack.commands.cli import main

sys.exit(main())
