"""One file a noun of the API, each with a ``router``."""
