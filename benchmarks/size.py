"""How much disk an installation takes: fresh virtual environments, the versions that constraints.txt pins."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.results import ROOT, Result, measure

_TARGETS = {"installed_core": ".", "installed_app": ".[app]"}
_LARGEST = 8


def run() -> Result:
    """Installs the library, then the app, and weighs their site-packages."""
    rows = [_weigh(target) for target in _TARGETS.values()]
    measures = {key: measure(row["megabytes"]) for key, row in zip(_TARGETS, rows, strict=True)}
    return {"installs": rows, "measures": measures}


def _weigh(target: str) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        site = next(Path(folder).glob("lib*/python*/site-packages"), Path(folder) / "Lib" / "site-packages")
        before = _bytes(site)
        pip = [str(_python(Path(folder))), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-c", "constraints.txt", target], cwd=ROOT, check=True)
        added = _bytes(site) - before
        largest = added.most_common(_LARGEST)
    row = {
        "target": f"pip install {target}",
        "megabytes": (added.total() + before.total()) / 1e6,
        "added": added.total() / 1e6,
        "largest": [[name, size / 1e6] for name, size in largest],
    }
    print(f"{row['target']:20} {row['megabytes']:.0f} MB, of which {row['added']:.0f} MB are not pip's", flush=True)
    return row


def _python(folder: Path) -> Path:
    windows = folder / "Scripts" / "python.exe"
    return windows if windows.exists() else folder / "bin" / "python"


def _bytes(site: Path) -> Counter[str]:
    """Bytes of every entry of site-packages."""
    sizes: Counter[str] = Counter()
    for path in site.rglob("*"):
        if path.is_file() and not path.is_symlink():
            sizes[path.relative_to(site).parts[0]] += path.stat().st_size
    return sizes
