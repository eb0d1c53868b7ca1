"""Glyphs to calibrated probabilities, and to an honest "that is not a digit"."""

from inkdigits.recognition.classifier import Classifier, Scores
from inkdigits.recognition.explain import activation_map, occlusion_map

__all__ = ["Classifier", "Scores", "activation_map", "occlusion_map"]
