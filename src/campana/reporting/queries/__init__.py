"""Rows of exports, batch by batch, so that memory does not grow with the file."""

from campana.reporting.queries.exports import export_of, exports
from campana.reporting.queries.rows import batches, expected_rows

__all__ = ["batches", "expected_rows", "export_of", "exports"]
