"""Results as JSON: what was measured, with which model, on which machine."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from inkdigits.recognition import classifier, line
from inkdigits.recognition.engine import processors

ROOT = Path(__file__).parent.parent
FINAL = Path(__file__).parent / "results"
TRIAL = ROOT / "build" / "benchmarks"
"""Where results of ``--limit`` runs go: never among those that are published."""

NO_NETWORK = ("history", "report_pdf", "size")
"""Benchmarks on which the weights have no bearing."""

NUMBERS = ("conditions", "layouts", "numbers", "number_speed", "finetune", "service", "batch_ray", "cloud_memory")
"""Benchmarks that run both networks."""

Result = dict[str, Any]
Results = Mapping[str, Result]
"""Results by the command that made them."""


def measure(value: float, count: int | None = None, interval: tuple[float, float] | None = None) -> Result:
    """One number that a bar may ask for.

    Args:
        value: The number, shares in [0, 1].
        count: Of how many.
        interval: 95 % interval, in the unit of ``value``.
    """
    return {"value": value, "count": count, "interval": None if interval is None else list(interval)}


def save(command: str, content: Mapping[str, Any], model: Path | None, limit: int | None) -> Path:
    """Writes ``<command>.json``; runs with a limit go to the folder for trials."""
    folder = FINAL if limit is None else TRIAL
    folder.mkdir(parents=True, exist_ok=True)
    record = {
        "command": command,
        "date": date.today().isoformat(),
        "limit": limit,
        "model": fingerprint(command, model),
        "machine": machine(),
        **content,
    }
    path = folder / f"{command}.json"
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def load_results(folder: Path) -> dict[str, Result]:
    """All results in a folder by command."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def fingerprint(command: str, model: Path | None = None) -> str:
    """First 12 characters of the SHA-256 of the networks that a benchmark runs; None is the shipped one."""
    files = [model or classifier.SHIPPED, *([line.SHIPPED] if command in NUMBERS else [])]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def is_stale(command: str, result: Mapping[str, Any]) -> bool:
    """Whether a benchmark's result was measured with other networks than those that ship."""
    return command not in NO_NETWORK and result["model"] != fingerprint(command)


def machine() -> dict[str, Any]:
    """What a reader of the figures has to know about the machine, and nothing that names it."""
    return {
        "processor": _processor(),
        "cores": processors(),
        "load": round(os.getloadavg()[0], 2),
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("inkdigits", "numpy", "onnxruntime", "opencv-python-headless")},
    }


def _processor() -> str:
    table = Path("/proc/cpuinfo")
    if table.exists():
        for line in table.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
