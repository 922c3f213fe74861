"""`python -m heed.cli` is the `heed` command."""

import sys

from .main import main

sys.exit(main())
