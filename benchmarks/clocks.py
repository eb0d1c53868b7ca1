"""The time that a new process takes."""

from __future__ import annotations

import subprocess
import sys
import time


def new_process(code: str) -> float:
    """Wall seconds of ``python -c code`` from start to end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start
