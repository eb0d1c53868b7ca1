"""Readings as a PDF to hand over: what they are in figures, then each of them with its picture."""

from inkdigits.reports.pdf.document import write_pdf

__all__ = ["write_pdf"]
