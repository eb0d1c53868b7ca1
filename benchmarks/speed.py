"""How fast, as ratios to yardsticks that run in turns with us on the same machine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from benchmarks.clocks import new_process
from benchmarks.results import Result, measure
from benchmarks.rival import Rival
from inkdigits import Reader, Settings
from inkdigits.evaluation.clock import Times, clocked, medians
from inkdigits.evaluation.pads import canvases
from inkdigits.recognition.classifier import SHIPPED
from inkdigits.training.datasets import load_mnist

THREADS = 2
BATCH = 128
ROUNDS = 9

_FIRST_ANSWER = (
    "import numpy as np, inkdigits; pad = np.zeros((280, 280), np.uint8); pad[60:220, 130:150] = 255; "
    "inkdigits.Reader().read(pad, expect='digit').text"
)
_IMPORTS = "import onnxruntime, numpy"


def run(data: Path | None, keras: Path | None = None, limit: int | None = None) -> Result:
    """Times one digit, ten thousand digits, and the start of a process, with the shipped network.

    Args:
        data: The data folder, for MNIST.
        keras: A Python with Keras and TensorFlow; None leaves that comparison out.
        limit: At most so many digits in the batch, and three rounds.
    """
    rounds = ROUNDS if limit is None else 3
    one = _one_digit(keras, rounds)
    batch = _batch(load_mnist("test", data).images[:limit], rounds)
    start = _start(rounds)
    measures = {
        "digits_per_second": measure(batch["rate"], batch["digits"]),
        "first_answer": measure(start["first_answer"], rounds),
    }
    print(f"one digit {1e3 * one['ours']['wall']:.3f} ms, {batch['rate']:,.0f}/s, start {start['first_answer']:.2f} s")
    if one["keras"]:
        measures["times_keras"] = measure(one["keras"]["wall"] / one["ours"]["wall"], one["ours"]["count"])
        print(f"Keras {1e3 * one['keras']['wall']:.1f} ms")
    return {"rounds": rounds, "one": one, "batch": batch, "start": start, "measures": measures}


def _one_digit(keras: Path | None, rounds: int) -> Result:
    """From a 280x280 drawing to the answer; Keras gets its 28x28 input ready made."""
    read, pads = partial(Reader().read, expect="digit"), canvases(60)
    read(pads[0])
    if keras is None:
        return {"ours": medians([clocked(read, pad) for _ in range(rounds) for pad in pads]), "keras": None}
    ours: Times = []
    theirs: Times = []
    with Rival(keras, "keras_predict.py") as rival:
        for _ in range(rounds):
            ours += [clocked(read, pad) for pad in pads]
            answer = rival.ask(20)
            theirs += zip(answer["wall"], answer["cpu"], strict=True)
        return {"ours": medians(ours), "keras": {**medians(theirs), **rival.about}}


def _batch(digits: npt.NDArray[np.uint8], rounds: int) -> Result:
    """``read_digits`` on two threads against the bare network on two threads, the shape of its batches the same."""
    reader = Reader(Settings(threads=THREADS))
    plain = _PlainRuntime()
    ours, theirs = [], []
    for turn in range(rounds + 1):
        pair = clocked(reader.read_digits, digits)[0], clocked(plain.run, digits)[0]
        if turn:  # the first one warms up
            ours.append(pair[0])
            theirs.append(pair[1])
    return {
        "digits": len(digits),
        "threads": THREADS,
        "rate": len(digits) / median(ours),
        "plain": len(digits) / median(theirs),
    }


class _PlainRuntime:
    """The same network in onnxruntime with nothing around it."""

    def __init__(self) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(SHIPPED.read_bytes(), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def run(self, digits: npt.NDArray[np.uint8]) -> list[Any]:
        batches = [digits[start : start + BATCH] for start in range(0, len(digits), BATCH)]
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(lambda batch: self._session.run(None, {self._input: batch}), batches))


def _start(rounds: int) -> Result:
    """New processes in turns: ours to its first answer, and one that only imports what ours stands on."""
    times: dict[str, list[float]] = {"first_answer": [], "imports": [], "python": []}
    codes = {"first_answer": _FIRST_ANSWER, "imports": _IMPORTS, "python": "pass"}
    for turn in range(rounds + 1):
        for name, code in codes.items():
            seconds = new_process(code)
            if turn:  # the first one fills the disk cache
                times[name].append(seconds)
    return {name: median(values) for name, values in times.items()}
