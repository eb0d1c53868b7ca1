"""Reports of an evaluation: JSON, CSV, PNG, and one HTML page that needs nothing else."""

from inkdigits.evaluation.report.files import write_report
from inkdigits.evaluation.report.page import to_page

__all__ = ["to_page", "write_report"]
