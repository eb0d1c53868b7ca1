"""Readings to hand over: as CSV, JSON Lines, Parquet, XLSX or PDF."""

from inkdigits.reports.kept import report_kept
from inkdigits.reports.write import FORMATS, Format, format_of, write_report

__all__ = ["FORMATS", "Format", "format_of", "report_kept", "write_report"]
