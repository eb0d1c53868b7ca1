"""Trained models in the home folder: each with its card, and which of them reads."""
