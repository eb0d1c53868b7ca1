"""The tutorial does what it says: its commands are run in their order, and what comes back is what stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def plain(text: str) -> str:
    """Without what another model changes: percentages, and the widths of columns."""
    return re.sub(r"\d+\.\d %", "%", " ".join(text.split()))


def test_the_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").symlink_to(ROOT / "src")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(console|python)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    steps = [step for kind, block in blocks if kind == "console" for step in re.split(r"^\$ ", block, flags=re.M)[1:]]
    assert len(steps) >= 5
    for step in steps:
        command, _, expected = step.partition("\n")
        done = subprocess.run(
            ["sh", "-c", command], env={**os.environ, "PATH": path, "COLUMNS": "80"}, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        assert plain(done.stdout) == plain(expected), command
    (program,) = [block for kind, block in blocks if kind == "python"]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].isdigit()
