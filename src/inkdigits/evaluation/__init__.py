"""Measuring models on labelled digits: figures, comparison, reports. Nothing here needs PyTorch."""

from inkdigits.evaluation.compare import Comparison, compare, mcnemar
from inkdigits.evaluation.judge import ClassFigures, Evaluation, is_right, judge
from inkdigits.evaluation.measures import Bin, Point, calibration_error, wilson
from inkdigits.evaluation.sets import DIGIT_SETS, PUBLIC_SETS, Labelled, load_set, read_all, read_in_steps, sets_at_hand

__all__ = [
    "DIGIT_SETS",
    "PUBLIC_SETS",
    "Bin",
    "ClassFigures",
    "Comparison",
    "Evaluation",
    "Labelled",
    "Point",
    "calibration_error",
    "compare",
    "is_right",
    "judge",
    "load_set",
    "mcnemar",
    "read_all",
    "read_in_steps",
    "sets_at_hand",
    "wilson",
]
