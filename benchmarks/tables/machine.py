"""Where the results were made, and what an installation takes there."""

from __future__ import annotations

from benchmarks.results import Results, is_stale
from benchmarks.tables.markdown import table


def size(results: Results) -> str:
    """Installed sizes and what they are made of."""
    rows = [
        (
            f"`{row['target']}`",
            f"{row['megabytes']:,.0f} MB",
            f"{row['added']:,.0f} MB",
            ", ".join(f"{name.removesuffix('.libs')} {megabytes:.0f}" for name, megabytes in row["largest"]),
        )
        for row in results["size"]["installs"]
    ]
    return table(("command", "site-packages", "without pip's own", "largest parts, MB"), rows)


def machine(results: Results) -> str:
    """Where and with what each result was made."""
    rows = [
        (
            name,
            found["date"],
            f"`{found['model']}`{' (earlier)' if is_stale(name, found) else ''}",
            f"{found['machine']['processor']}, {found['machine']['cores']} cores",
            found["machine"]["python"],
            found["machine"]["onnxruntime"],
            found["machine"]["load"],
        )
        for name, found in results.items()
    ]
    return table(
        ("result", "date", "networks (SHA-256)", "processor", "Python", "onnxruntime", "load at the end"), rows
    )
