"""Glyphs to calibrated probabilities, and to an honest "that is not a digit"."""

from inkdigits.recognition.classifier import Classifier, Scores
from inkdigits.recognition.explain import activation_map, occlusion_map
from inkdigits.recognition.line import LineReader

__all__ = ["Classifier", "LineReader", "Scores", "activation_map", "occlusion_map"]
