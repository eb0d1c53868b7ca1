"""Readings to hand over: as CSV, JSON Lines, Parquet, XLSX or PDF."""

from inkdigits.reports.write import FORMATS, Format, format_of, write_report

__all__ = ["FORMATS", "Format", "format_of", "write_report"]
