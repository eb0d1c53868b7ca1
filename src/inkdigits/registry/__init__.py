"""Trained models in the home folder: each with its card, and which of them reads."""

from inkdigits.registry.model import KINDS, SHIPPED, Model
from inkdigits.registry.registry import Registry

__all__ = ["KINDS", "SHIPPED", "Model", "Registry"]
