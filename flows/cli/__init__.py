"""The ``flagday`` command: results on stdout, narration on stderr, exit codes as in the README."""

from flows.cli.main import main

__all__ = ["main"]
