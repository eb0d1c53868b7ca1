"""Many pictures at once: planned, read by several processes, and kept so that nothing is lost or doubled."""

from inkdigits.batch.errors import BatchError
from inkdigits.batch.row import Row
from inkdigits.batch.run import read_batch
from inkdigits.batch.summary import Summary

__all__ = ["BatchError", "Row", "Summary", "read_batch"]
