"""`python -m operations`, which is what `./failover` runs."""

import sys

from operations.cli import main

sys.exit(main())
