"""The HTTP service: the reader behind ``/v1``, with limits, health, metrics and problems in words."""
