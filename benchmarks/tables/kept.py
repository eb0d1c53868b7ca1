"""The tables about kept readings: the History page, and reports."""

from __future__ import annotations

from benchmarks.results import Results
from benchmarks.tables.markdown import short_time, table


def history(results: Results) -> str:
    """The whole page, and what it asks the database."""
    found = results["history"]
    asked = {"the whole page": found["page"], **found["asked"]}
    rows = [(what, short_time(took["wall"]), short_time(took["cpu"])) for what, took in asked.items()]
    return table((f"of {found['readings']:,} readings", "time (median)", "processor time"), rows)


def report_pdf(results: Results) -> str:
    """Every format of a report."""
    found = results["report_pdf"]
    rows = [
        (row["format"], short_time(row["seconds"]), f"{row['peak']:,.0f} MB", f"{row['file']:,.1f} MB")
        for row in found["formats"]
    ]
    return table((f"{found['readings']:,} readings as", "time", "most memory", "file"), rows)
