"""What the documents show of the results: a module a subject, a function a table."""
