"""Accuracy, rejection, blank input, speed and size: one command each, results in ``results/``, tables in ``docs/``."""
