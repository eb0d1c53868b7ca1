"""A PDF of many kept readings: how long it takes, and how much memory. Other formats beside it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.results import ROOT, Result, measure

READINGS = 10_000
_WRITE = """
import sys, time
from pathlib import Path
from benchmarks.kept import records, thumbnails
from inkdigits.reports import write_report

def most():  # of this process alone: getrusage tells of the one that started it, too
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM"))

path, count = sys.argv[1], int(sys.argv[2])
found = list(records(count)) if path.endswith(".pdf") else records(count)
pictures = thumbnails([one.id for one in found]) if path.endswith(".pdf") else {}
before, wall, cpu = most(), time.perf_counter(), time.process_time()
write_report(found, path, thumbnails=lambda names: {name: pictures[name] for name in names})
print(time.perf_counter() - wall, time.process_time() - cpu, most(), before)
"""


def run(limit: int | None = None) -> Result:
    """Writes each format in a process of its own, which tells its time and the most memory that it ever had.

    The readings and pictures of the PDF are made first, so that they are not timed; they count as memory.

    Args:
        limit: So many readings instead of 10,000.
    """
    count = limit or READINGS
    rows = [_write(form, count) for form in ("pdf", "xlsx", "csv", "jsonl", "parquet")]
    pdf = rows[0]
    return {
        "readings": count,
        "formats": rows,
        "measures": {
            "report_pdf_seconds": measure(pdf["seconds"], count),
            "report_pdf_megabytes": measure(pdf["peak"], count),
        },
    }


def _write(form: str, count: int) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"report.{form}"
        command = [sys.executable, "-c", _WRITE, str(path), str(count)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        size = path.stat().st_size / 1e6
    seconds, cpu, peak, before = map(float, done.stdout.split())
    print(f"{form:8} {seconds:6.1f} s, {cpu:6.1f} s of processor, {peak:5.0f} MB, file {size:.1f} MB", flush=True)
    return {"format": form, "seconds": seconds, "cpu": cpu, "peak": peak, "before": before, "file": size}
