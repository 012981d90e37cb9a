"""Faults that really happen to runs. A few in `make test`, all of them in `make torture`."""

import os

IS_LONG = "TORTURE_ROUNDS" in os.environ
ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "1"))
