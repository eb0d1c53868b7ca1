"""Glyphs to calibrated probabilities, and to an honest "that is not a digit"."""

from inkdigits.recognition.classifier import Classifier
from inkdigits.recognition.explain import activation_map, occlusion_map
from inkdigits.recognition.line import LineReader
from inkdigits.recognition.scores import Scores

__all__ = ["Classifier", "LineReader", "Scores", "activation_map", "occlusion_map"]
