"""Which ink decided: a class activation map, exact for this network, and occlusion, true for any."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.recognition.classifier import Classifier

Heat = npt.NDArray[np.float32]

_PATCH = 5  # pixels of the normal form; about one stroke and a half


def activation_map(classifier: Classifier, glyph: Grey, label: int) -> Heat:
    """What each place adds to the digit's score, above what it adds to the others (Zhou et al., 2016).

    Args:
        classifier: The network.
        glyph: uint8 (28, 28), ink 255 on 0.
        label: The digit to explain, 0-9.

    Returns:
        float32 (28, 28) in [0, 1], 1 where the ink decided most, 0 where there is no ink. A network of others that
        gives no evidence by place is explained by :func:`occlusion_map`.
    """
    activation = classifier.scores(glyph[None], alone=True).activation[0]
    if activation.shape[1:] == (1, 1):
        return occlusion_map(classifier, glyph, label)
    margin = activation[label] - activation.mean(axis=0)
    return _on_ink(cv2.resize(margin, glyph.shape, interpolation=cv2.INTER_CUBIC), glyph)


def occlusion_map(classifier: Classifier, glyph: Grey, label: int) -> Heat:
    """How much confidence in the digit is lost when a patch of ink is erased (Zeiler & Fergus, 2014).

    Args and result as :func:`activation_map`.
    """
    side = glyph.shape[0]
    places = [(y, x) for y in range(0, side, 2) for x in range(0, side, 2)]
    covered = np.repeat(glyph[None], len(places) + 1, axis=0)
    half = _PATCH // 2
    for index, (y, x) in enumerate(places):
        covered[index, max(0, y - half) : y + half + 1, max(0, x - half) : x + half + 1] = 0
    probability = classifier.scores(covered, alone=True).probabilities[:, label].astype(np.float64)
    evidence = np.log(np.clip(probability, 1e-9, 1)) - np.log(np.clip(1 - probability, 1e-9, 1))
    lost = (evidence[-1] - evidence[:-1]).reshape(side // 2, side // 2).astype(np.float32)
    return _on_ink(cv2.resize(lost, glyph.shape, interpolation=cv2.INTER_LINEAR), glyph)


def _on_ink(heat: npt.NDArray[np.floating], glyph: Grey) -> Heat:
    positive = np.clip(heat, 0, None) * (glyph.astype(np.float32) / 255)
    peak = float(positive.max())
    return (positive / peak if peak > 0 else positive).astype(np.float32)
