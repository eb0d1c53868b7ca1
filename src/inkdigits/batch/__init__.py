"""Many pictures at once: planned, read by several processes, and kept so that nothing is lost or doubled."""
