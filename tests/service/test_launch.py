"""``inkdigits serve`` that cannot start: one line says why, and nothing is left running."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the service needs the 'service' extra")


def test_a_database_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "inkdigits.db").write_bytes(b"no database " * 100)
    ended = subprocess.run(
        [sys.executable, "-m", "inkdigits", "serve", "--port", "0", "--keys"],
        env={**os.environ, "INKDIGITS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (3, "")
    (line,) = ended.stderr.splitlines()
    assert "inkdigits.db does not answer as it should (file is not a database)" in line
    assert "docs/history.md" in line
