"""``inkdigits`` without a process of its own: the same streams and exit codes, and nothing to start."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from inkdigits.cli import main


def run_here(
    folder: Path, *arguments: str, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Runs a command in a folder.

    Args:
        folder: Where.
        arguments: Of the command.
        stdin: What it is given.
        environment: Variables beside those that there are.
    """
    given = {"stdin": io.BytesIO(stdin), "stdout": io.BytesIO(), "stderr": io.BytesIO()}
    streams = {name: io.TextIOWrapper(content, encoding="utf-8") for name, content in given.items()}
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["inkdigits", *arguments])
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
    for stream in streams.values():
        stream.flush()
    told = [given[name].getvalue() for name in ("stdout", "stderr")]
    return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), *told)
