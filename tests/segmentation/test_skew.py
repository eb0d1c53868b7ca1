"""How far a page is turned, also of one that is full of marks."""

from __future__ import annotations

import tracemalloc

import cv2
import numpy as np

from inkdigits.segmentation.skew import find_angle


def test_a_page_of_thousands_of_marks_is_leveled_in_little_memory() -> None:
    page = np.zeros((640, 640), np.uint8)
    for top in range(0, 640, 8):
        for left in range(0, 640, 6):
            cv2.rectangle(page, (left, top), (left + 2, top + 5), 255, -1)
    turned = cv2.warpAffine(page, cv2.getRotationMatrix2D((320, 320), 4, 1), (640, 640), flags=cv2.INTER_NEAREST)
    tracemalloc.start()
    try:
        assert find_angle(turned) == -4
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2**27  # all pairs of them together took 1.7 GB
