"""Reading leaves nothing behind and tells nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from handwriting import digit_picture, encode

READ = "import sys; from inkdigits import Reader; print(Reader().read(sys.stdin.buffer, expect='digit').text)"


def test_reading_writes_nothing_into_the_home_folder(tmp_path: Path) -> None:
    """Onnxruntime would write there who it is before it calls home; without the marks of CI it would not spare us."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", READ],
        env={**kept, "HOME": str(tmp_path)},
        input=encode(digit_picture(7)),
        capture_output=True,
        check=True,
    )
    assert done.stdout.strip() == b"7"
    assert list(tmp_path.rglob("*")) == []
