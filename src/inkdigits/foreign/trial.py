"""Which way a foreign network wants its pictures: all are tried on labelled digits, and the best is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import onnx

from inkdigits.errors import ModelError
from inkdigits.foreign.network import Network
from inkdigits.foreign.tried import Tried
from inkdigits.foreign.way import Way, ways
from inkdigits.foreign.wrap import TINY, raw
from inkdigits.recognition.engine import Engine
from inkdigits.recognition.scores import CLASSES, softmax

Outputs = npt.NDArray[np.float32]

LOWEST = 0.5
"""Share of drawn digits that must be read right; guessing reads 0.1, and a plain network of MNIST 0.7 to 0.97."""

_SOME = 5  # of so many digits, one is tried at first
_BATCH = 250
_AS_GOOD = 0.05  # ways whose accuracy differs by less are told apart by the likelihood of the true digits
_AS_LIKELY = 0.05  # then the usual way is taken
_ALIKE = 1e-3
_PROBE = 7


@dataclass(frozen=True, slots=True)
class Trial:
    """How a network did in one way.

    Attributes:
        network: The network.
        way: The way.
        single: Whether it takes one picture after the other.
        answers: What it answers; one of :data:`inkdigits.foreign.wrap.ANSWERS`.
        accuracy: Share of digits read right.
        loss: Mean negative log-likelihood of the true digits.
    """

    network: Network
    way: Way
    single: bool
    answers: str
    accuracy: float
    loss: float

    @property
    def told(self) -> str:
        """What it answers, in words."""
        return "probabilities" if self.network.softmax else self.answers


def run(model: onnx.ModelProto, glyphs: npt.NDArray[np.uint8]) -> list[Outputs]:
    """Runs a model over glyphs, all outputs.

    Raises:
        ModelError: It cannot be opened.
        Exception: It does not run; onnxruntime has no common base for what it raises.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        onnx.save(model, path)
        engine = Engine(path)
    parts = [engine.run(glyphs[start : start + _BATCH]) for start in range(0, len(glyphs), _BATCH)]
    return [np.concatenate(outputs) for outputs in zip(*parts, strict=True)]


def best_way(networks: list[Network], tried: Tried, listen: Callable[[int, int], None]) -> tuple[Trial, int]:
    """Tries all ways.

    Args:
        networks: The same model, used for different outputs.
        tried: Labelled glyphs.
        listen: Told how many ways of how many were tried, now and then.

    Returns:
        The best way, and how many were tried.

    Raises:
        ModelError: The network does not run, or reads digits in no way.
    """
    some = tried.digits(_SOME)
    usable = list(_usable(networks, some.glyphs[:_PROBE]))
    found = []
    plans = [(network, single, way) for network, single, layout in usable for way in ways(layout, whole=network.whole)]
    for place, (network, single, way) in enumerate(plans):
        found.append(_attempt(network, way, single, some))
        listen(place + 1, len(plans))
    first = _best(found)
    digits = tried.digits()
    near = [one for one in found if one.accuracy >= first.accuracy - 2 * _AS_GOOD]
    best = _best([_attempt(one.network, one.way, one.single, digits) for one in near])
    if best.accuracy < LOWEST:
        raise ModelError(
            f"it does not read digits: in the best of {len(plans)} ways of showing them (order of axes, levels, "
            f"polarity) it reads {best.accuracy:.0%} of {len(digits.labels)} right, and guessing 10%"
        )
    return best, len(plans)


def to_logits(answers: str, values: Outputs) -> Outputs:
    """What the graph makes of a network's answers."""
    if answers == "logits":
        return values
    logs = np.log(np.maximum(values, TINY))
    return logs if answers == "probabilities" else logs - np.log(np.maximum(1 - values, TINY))


def _best(found: list[Trial]) -> Trial:
    """The likeliest of those that are about as accurate as the most accurate; the first of those alike."""
    most = max(trial.accuracy for trial in found)
    near = [trial for trial in found if trial.accuracy >= most - _AS_GOOD]
    least = min(trial.loss for trial in near)
    return next(trial for trial in near if trial.loss <= least + _AS_LIKELY)


def _attempt(network: Network, way: Way, single: bool, digits: Tried) -> Trial:
    (values,) = run(raw(network, way, single=single), digits.glyphs)
    answers = _kind(values)
    logits = to_logits(answers, values)
    if not np.isfinite(logits).all():
        return Trial(network, way, single, answers, 0.0, np.inf)
    shares = softmax(logits)[np.arange(len(logits)), digits.labels]
    accuracy = float((logits.argmax(axis=1) == digits.labels).mean())
    return Trial(network, way, single, answers, accuracy, float(-np.log(np.maximum(shares, TINY)).mean()))


def _kind(values: Outputs) -> str:
    """What these answers are."""
    if values.min() < -_ALIKE or values.max() > 1 + _ALIKE:
        return "logits"
    if np.abs(values.sum(axis=1) - 1).max() < 2 * _ALIKE:
        return "probabilities"
    return "ten probabilities, each for itself"


def _usable(networks: list[Network], glyphs: npt.NDArray[np.uint8]) -> Iterator[tuple[Network, bool, str]]:
    """Of each layout that runs: the network, and whether it takes one picture after the other."""
    problems: list[str] = []
    found = False
    for network in networks:
        for layout in network.layouts:
            try:
                single = _wants_single(network, Way(layout, "0 to 255"), glyphs)
            except Exception as error:  # onnxruntime raises its own types, with no common base but Exception
                problems.append(str(error))
                continue
            found = True
            yield _without_softmax(network, Way(layout, "0 to 255"), single, glyphs), single, layout
        if found:  # other outputs of the same model say the same in other words
            return
    raise ModelError(f"it does not run: {problems[0]}")


def _wants_single(network: Network, way: Way, glyphs: npt.NDArray[np.uint8]) -> bool:
    """Whether several at a time are answered otherwise than one by one, or not at all."""
    (alone,) = run(raw(network, way, single=True), glyphs)
    if alone.shape != (len(glyphs), CLASSES):
        raise ModelError(f"it answers in shape {alone.shape}")
    if network.batch is not None and network.batch != 1:
        return True
    try:
        (together,) = run(raw(network, way, single=False), glyphs)
    except Exception:  # as above; it is only asked whether it can
        return True
    return together.shape != alone.shape or not np.allclose(together, alone, rtol=_ALIKE, atol=_ALIKE)


def _without_softmax(network: Network, way: Way, single: bool, glyphs: npt.NDArray[np.uint8]) -> Network:
    """Logits tell more than probabilities do; taken only where the softmax of them is what the network answers."""
    bare = network.before_softmax()
    if bare is None:
        return network
    try:
        logits, answers = (run(raw(one, way, single=single), glyphs)[0] for one in (bare, network))
    except Exception:  # as above; the answers after the softmax are good, too
        return network
    if logits.shape != answers.shape:
        return network
    shares = answers if answers.min() >= 0 else np.exp(answers)
    return bare if np.allclose(softmax(logits), shares, atol=_ALIKE) else network
