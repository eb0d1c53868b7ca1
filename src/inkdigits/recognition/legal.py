"""CTC decoding within an automaton: only texts that it accepts are found, however unlikely they are by themselves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inkdigits.recognition.automaton import Automaton
from inkdigits.recognition.decode import BEAM, Frames, Hypothesis, rank

Log = npt.NDArray[np.float64]

_FAR_BEHIND = -14.0  # natural logarithm, to the best path: prefixes whose best way on is further behind are given up


def search_legal(log_probabilities: Frames, automaton: Automaton, width: int = BEAM) -> list[Hypothesis]:
    """Finds the likeliest texts that an automaton accepts.

    Args:
        log_probabilities: float32 (T, 1 + K), natural logarithms; class 0 is the CTC blank, the others are the
            automaton's alphabet in its order.
        automaton: What is legal.
        width: Texts that are followed at a time and returned at most.

    Returns:
        Texts, best first, with their probabilities as :func:`inkdigits.recognition.decode.search` gives them, not
        divided by that of all legal texts. Empty when none fits into the frames.
    """
    logs = log_probabilities.astype(np.float64)
    return _search_tree(logs, automaton, width) if automaton.tree else _search_graph(logs, automaton, width)


def _search_tree(logs: Log, tree: Automaton, width: int) -> list[Hypothesis]:
    """Exact: the CTC forward algorithm over all nodes of the tree at once."""
    parents, signs = _upward(tree)
    frames = np.exp(logs)
    doubled = signs[parents] == signs
    ended = np.zeros(len(parents))  # probability of paths that end in a blank at each node, and in its character
    going = np.zeros(len(parents))
    ended[0], scale = 1.0, 0.0
    for frame in frames:
        total = ended + going
        arriving = np.where(doubled, ended[parents], total[parents])
        arriving[0] = 0.0
        going = (going + arriving) * frame[signs]
        ended = total * frame[0]
        peak = float(max(going.max(), ended.max()))
        if peak == 0:
            return []
        if peak < 1e-100:
            going, ended, scale = going / peak, ended / peak, scale + math.log(peak)
    total = np.where(tree.accepts, ended + going, 0.0)
    best = np.argsort(-total, kind="stable")[:width]
    return rank({_spell(tree, parents, signs, int(node)): float(total[node]) for node in best}, width, scale)


def _upward(tree: Automaton) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Parent and class of each node; the root is its own parent, of class 0."""
    nodes, columns = np.nonzero(tree.moves >= 0)
    parents = np.zeros(len(tree.moves), np.intp)
    signs = np.zeros(len(tree.moves), np.intp)
    children = tree.moves[nodes, columns]
    parents[children] = nodes
    signs[children] = columns + 1
    return parents, signs


def _spell(tree: Automaton, parents: npt.NDArray[np.intp], signs: npt.NDArray[np.intp], node: int) -> str:
    letters = []
    while node:
        letters.append(tree.alphabet[int(signs[node]) - 1])
        node = int(parents[node])
    return "".join(reversed(letters))


def _search_graph(logs: Log, automaton: Automaton, width: int) -> list[Hypothesis]:
    """Prefix beam search that knows how well each prefix can still be completed, and gives up by that."""
    ahead = _look_ahead(logs, automaton)
    if not np.isfinite(ahead[0, 0, 0]):
        return []
    beams = [_Beam("", 0, 0, 0.0, -math.inf)]
    for row, later in zip(logs, ahead[1:], strict=True):
        beams = _advance(beams, row, later, automaton, width, float(ahead[0, 0, 0]) + _FAR_BEHIND)
    found = {beam.text: _add(beam.ended, beam.going) for beam in beams if automaton.accepts[beam.state]}
    peak = max(found.values())
    return rank({text: math.exp(share - peak) for text, share in found.items()}, width, peak)


@dataclass(slots=True)
class _Beam:
    """A prefix with its state and last class; logarithms of the paths that end in a blank, and in that class."""

    text: str
    state: int
    last: int
    ended: float
    going: float


def _advance(beams: list[_Beam], row: Log, later: Log, automaton: Automaton, width: int, least: float) -> list[_Beam]:
    states = [beam.state for beam in beams]
    lasts = np.array([beam.last for beam in beams])
    ended, going = np.array([(beam.ended, beam.going) for beam in beams]).T
    total = np.logaddexp(ended, going)
    moves = automaton.moves[states]
    arriving = total[:, None] + row[1:]
    again = np.flatnonzero(lasts)
    arriving[again, lasts[again] - 1] = ended[again] + row[lasts[again]]  # twice the same needs a blank between
    hopes = np.where(moves >= 0, arriving + later[moves, np.arange(1, len(row))], -np.inf)
    blanks, repeats = total + row[0], np.where(lasts > 0, going + row[lasts], -np.inf)
    grown = {
        beam.text: _Beam(beam.text, beam.state, beam.last, blank, repeat)
        for beam, blank, repeat in zip(beams, blanks.tolist(), repeats.tolist(), strict=True)
    }
    for index, sign in zip(*(places.tolist() for places in np.nonzero(hopes > least)), strict=True):
        text = beams[index].text + automaton.alphabet[sign]
        beam = grown.setdefault(text, _Beam(text, int(moves[index, sign]), sign + 1, -math.inf, -math.inf))
        beam.going = _add(beam.going, float(arriving[index, sign]))
    return _prune(list(grown.values()), later, width, least)


def _prune(beams: list[_Beam], later: Log, width: int, least: float) -> list[_Beam]:
    hopes = [max(beam.ended + later[beam.state, 0], beam.going + later[beam.state, beam.last]) for beam in beams]
    order = sorted((index for index, hope in enumerate(hopes) if hope >= least), key=lambda index: -hopes[index])
    return [beams[index] for index in order[:width]]


def _look_ahead(logs: Log, automaton: Automaton) -> Log:
    """Logarithm of the best path from each frame on to a legal end, (T + 1, S, 1 + K) by state and last class.

    The last class is that of a character which may go on, 0 after a blank.
    """
    moves = automaton.moves
    states, signs = moves.shape
    legal = moves >= 0
    places = np.arange(states)
    ahead = np.full((len(logs) + 1, states, signs + 1), -np.inf, np.float32)
    ahead[-1] = np.where(automaton.accepts, 0.0, -np.inf)[:, None]
    for index in range(len(logs) - 1, -1, -1):
        later, row = ahead[index + 1], logs[index]
        steps = np.where(legal, later[moves, np.arange(1, signs + 1)] + row[1:], -np.inf)
        best = steps.argmax(axis=1)
        top = steps[places, best]
        steps[places, best] = -np.inf
        now = ahead[index]
        now[:] = top[:, None]  # a new character,
        now[places, best + 1] = steps.max(axis=1)  # which after itself needs a blank between
        np.maximum(now, (later[:, 0] + row[0])[:, None], out=now)
        np.maximum(now[:, 1:], later[:, 1:] + row[1:], out=now[:, 1:])
    return ahead


def _add(one: float, two: float) -> float:
    """Logarithm of the sum of two numbers given by their logarithms."""
    if two > one:
        one, two = two, one
    return one if two == -math.inf else one + math.log1p(math.exp(two - one))
