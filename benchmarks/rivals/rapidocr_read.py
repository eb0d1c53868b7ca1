"""Reads fields with RapidOCR's recognizer alone, its characters limited to digits: the best open reader we know.

Runs in an environment with ``requirements-ocr.txt``. Tells what it is in a line of JSON, then, for every line with
the path of a picture, answers with the digits it read and the time it took.
"""

import json
import sys
import time
from importlib.metadata import version

import cv2
import numpy as np
from rapidocr_onnxruntime import RapidOCR


def main() -> None:
    """Answers requests until standard input ends."""
    engine = RapidOCR()
    decoder = engine.text_rec.postprocess_op
    characters = decoder.character
    others = [index for index, character in enumerate(characters) if index and character not in "0123456789"]
    decode = decoder.__call__

    def only_digits(predictions: np.ndarray, *arguments: object, **named: object) -> object:
        limited = predictions.copy()
        limited[..., others] = 0
        return decode(limited, *arguments, **named)

    engine.text_rec.postprocess_op = only_digits
    print(json.dumps({"name": "RapidOCR", "version": version("rapidocr-onnxruntime")}), flush=True)
    for line in sys.stdin:
        picture = cv2.imread(json.loads(line))
        wall, cpu = time.perf_counter(), time.process_time()
        result, _ = engine(picture, use_det=False, use_cls=False)
        times = time.perf_counter() - wall, time.process_time() - cpu
        text = "".join(item[0] for item in result or [])
        digits = "".join(character for character in text if character in "0123456789")
        print(json.dumps({"text": digits, "wall": times[0], "cpu": times[1]}), flush=True)


if __name__ == "__main__":
    main()
