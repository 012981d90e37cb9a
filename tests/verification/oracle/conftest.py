"""A ctags of our own on the PATH, so that no test needs the real one."""

import os

import pytest


@pytest.fixture
def ctags(tmp_path, monkeypatch):
    """Return a function that puts a shell script in the place of ctags."""

    def write(script):
        program = tmp_path / "bin" / "ctags"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")

    return write
