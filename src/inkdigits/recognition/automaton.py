"""Deterministic automata over characters: from patterns, lengths and lists of words, and what two have in common.

From a pattern the way is the textbook's (Thompson, 1968; Rabin and Scott, 1959).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inkdigits.errors import OptionError
from inkdigits.recognition.pattern import DIGITS, Node, Repeat, Signs

_MOST_STATES = 2000  # which a wide line needs some hundred megabytes for
_MOST_WORK = 500_000  # ways that are followed side by side, over all states: about a second


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """Accepts some texts. Without dead ends: every prefix that has a state can become a text that is accepted.

    Attributes:
        alphabet: The K characters it speaks about.
        moves: intp (S, K), the state after each character, -1 where there is none. State 0 is the first; S is 0 when
            no text is accepted.
        accepts: bool (S,), where a text may end.
        tree: True when every state is reached in one way, as in a list of words; parents then come before children.
    """

    alphabet: str
    moves: npt.NDArray[np.intp]
    accepts: npt.NDArray[np.bool_]
    tree: bool = False

    @property
    def empty(self) -> bool:
        """True when no text is accepted."""
        return not len(self.moves)

    @property
    def has_digits(self) -> bool:
        """True when a text with a digit is accepted: there are no dead ends, so any move on one leads to an end."""
        digits = [self.alphabet.index(digit) for digit in DIGITS]
        return bool((self.moves[:, digits] >= 0).any())

    def allows(self, text: str) -> bool:
        """Whether a text is accepted; characters that the alphabet does not have are read over."""
        state = -1 if self.empty else 0
        for sign in text:
            index = self.alphabet.find(sign)
            if index >= 0 and state >= 0:
                state = int(self.moves[state, index])
        return state >= 0 and bool(self.accepts[state])


def from_length(length: int) -> Automaton:
    """All texts of so many digits."""
    moves = np.repeat(np.arange(1, length + 2, dtype=np.intp)[:, None], len(DIGITS), axis=1)
    moves[length] = -1
    return Automaton(DIGITS, moves, np.arange(length + 1) == length)


def from_words(words: Sequence[str], alphabet: str) -> Automaton:
    """These texts and no other, as a tree."""
    rows: list[list[int]] = [[-1] * len(alphabet)]
    ends = {0: False}
    for word in words:
        state = 0
        for sign in word:
            index = alphabet.index(sign)
            if rows[state][index] < 0:
                rows[state][index] = len(rows)
                rows.append([-1] * len(alphabet))
            state = rows[state][index]
        ends[state] = True
    accepts = np.array([ends.get(state, False) for state in range(len(rows))])
    return Automaton(alphabet, np.array(rows, np.intp), accepts, tree=True)


def both(one: Automaton, two: Automaton) -> Automaton:
    """What two automata accept both. The larger alphabet is kept; the other one reads over what it does not know.

    Raises:
        OptionError: The automaton is too large.
    """
    alphabet = max(one.alphabet, two.alphabet, key=len)
    if one.empty or two.empty:
        return Automaton(alphabet, np.empty((0, len(alphabet)), np.intp), np.empty(0, np.bool_))
    first, second = _widened(one, alphabet).tolist(), _widened(two, alphabet).tolist()
    numbers = {(0, 0): 0}
    queue = [(0, 0)]
    rows: list[list[int]] = []
    for left, right in queue:  # grows while it is gone through
        row = []
        for pair in zip(first[left], second[right], strict=True):
            if min(pair) >= 0 and pair not in numbers:
                _limit(len(numbers))
                numbers[pair] = len(queue)
                queue.append(pair)
            row.append(numbers.get(pair, -1))
        rows.append(row)
    accepts = np.array([one.accepts[left] and two.accepts[right] for left, right in queue])
    return _trim(alphabet, np.array(rows, np.intp), accepts)


def _widened(automaton: Automaton, alphabet: str) -> npt.NDArray[np.intp]:
    """Its moves over a larger alphabet: it stays where it is on characters that it does not know."""
    states = np.arange(len(automaton.moves), dtype=np.intp)
    columns = [automaton.alphabet.find(sign) for sign in alphabet]
    return np.stack([automaton.moves[:, index] if index >= 0 else states for index in columns], axis=1)


def from_pattern(node: Node, alphabet: str) -> Automaton:
    """All texts that match a pattern.

    Raises:
        OptionError: The automaton is too large.
    """
    machine = _Machine(alphabet)
    worked = 0
    first, last = machine.build(node)
    start = machine.closure([first])
    numbers = {start: 0}
    queue = [start]
    rows: list[list[int]] = []
    for states in queue:  # grows while it is gone through
        worked += len(states)
        if worked > _MOST_WORK:
            raise OptionError("the pattern can be met in too many ways at once: make its counts smaller")
        row = []
        for sign in alphabet:
            after = machine.closure(machine.after(states, sign))
            if after and after not in numbers:
                _limit(len(numbers))
                numbers[after] = len(queue)
                queue.append(after)
            row.append(numbers[after] if after else -1)
        rows.append(row)
    accepts = np.array([last in states for states in queue])
    return _trim(alphabet, np.array(rows, np.intp), accepts)


def _trim(alphabet: str, moves: npt.NDArray[np.intp], accepts: npt.NDArray[np.bool_]) -> Automaton:
    """Drops the states from which no reading can end; nothing is left when the first is one of them."""
    alive = accepts.copy()
    while True:
        grown = alive | (alive[moves] & (moves >= 0)).any(axis=1)
        if (grown == alive).all():
            break
        alive = grown
    if not alive[0]:
        return Automaton(alphabet, moves[:0], accepts[:0])
    numbers = np.where(alive, np.cumsum(alive) - 1, -1)
    kept = np.where(moves >= 0, numbers[moves], -1)[alive]
    return Automaton(alphabet, kept.astype(np.intp), accepts[alive])


def _limit(states: int) -> None:
    if states >= _MOST_STATES:
        raise OptionError(f"the pattern needs more than {_MOST_STATES:,} states: make its counts smaller")


class _Machine:
    """A nondeterministic automaton: silent steps, and steps on one of some characters."""

    def __init__(self, alphabet: str) -> None:
        self.alphabet = alphabet
        self.silent: list[list[int]] = []
        self.loud: list[tuple[frozenset[str], int] | None] = []

    def state(self) -> int:
        _limit(len(self.silent) // 4)
        self.silent.append([])
        self.loud.append(None)
        return len(self.silent) - 1

    def build(self, node: Node) -> tuple[int, int]:
        """Adds a part; its first and last state."""
        first, last = self.state(), self.state()
        if isinstance(node, Signs):
            self.loud[first] = (node.within(self.alphabet), last)
        elif isinstance(node, Repeat):
            self.repeat(node, first, last)
        elif node.kind == "choice":
            for part in node.parts:
                start, end = self.build(part)
                self.silent[first].append(start)
                self.silent[end].append(last)
        else:
            self.chain(node.parts, first, last)
        return first, last

    def repeat(self, node: Repeat, first: int, last: int) -> None:
        here = first
        for index in range(node.least if node.most is None else node.most):
            if index >= node.least:
                self.silent[here].append(last)
            start, end = self.build(node.part)
            self.silent[here].append(start)
            here = end
        if node.most is None:
            start, end = self.build(node.part)
            self.silent[here].append(start)
            self.silent[end].append(start)
            self.silent[end].append(last)
        self.silent[here].append(last)

    def chain(self, parts: Iterable[Node], first: int, last: int) -> None:
        here = first
        for part in parts:
            start, end = self.build(part)
            self.silent[here].append(start)
            here = end
        self.silent[here].append(last)

    def closure(self, states: Iterable[int]) -> frozenset[int]:
        """The states and all that silent steps lead to."""
        found = set(states)
        queue = list(found)
        while queue:
            for after in self.silent[queue.pop()]:
                if after not in found:
                    found.add(after)
                    queue.append(after)
        return frozenset(found)

    def after(self, states: Iterable[int], sign: str) -> list[int]:
        steps = (self.loud[state] for state in states)
        return [step[1] for step in steps if step is not None and sign in step[0]]
