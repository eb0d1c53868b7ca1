r"""Patterns: a small regular language of ``\d``, ``[13-5]``, ``( | )`` and ``? * + {m} {m,n}``, read into a tree.

Each pattern means what it means to Python's ``re.fullmatch``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from inkdigits.errors import OptionError

DIGITS = "0123456789"
SEPARATORS = ".,/-:$="

_LARGEST_COUNT = 999
_DEEPEST = 50  # groups within each other

Node: TypeAlias = "Signs | Many | Repeat"


@dataclass(frozen=True, slots=True)
class Signs:
    """One character out of some; or, negated, out of all the others."""

    signs: frozenset[str]
    negated: bool = False

    def within(self, alphabet: str) -> frozenset[str]:
        """Those of them that an alphabet has."""
        return frozenset(sign for sign in alphabet if (sign in self.signs) != self.negated)


@dataclass(frozen=True, slots=True)
class Many:
    """Parts one after the other, or one of them."""

    kind: Literal["sequence", "choice"]
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part, at least ``least`` and at most ``most`` times."""

    part: Node
    least: int
    most: int | None


def parse(pattern: str) -> Node:
    """Reads a pattern.

    Raises:
        OptionError: It is not one; the message names the position, counted from 1.
    """
    parser = _Parser(pattern)
    node = parser.choice()
    if parser.here < len(pattern):
        raise parser.error("this ) closes nothing")
    return node


def names_separator(node: Node) -> bool:
    """Whether a pattern speaks of separators, not of digits alone."""
    if isinstance(node, Signs):
        return any(sign in SEPARATORS for sign in node.signs)
    return any(names_separator(part) for part in ((node.part,) if isinstance(node, Repeat) else node.parts))


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.here = 0
        self.depth = 0

    def error(self, problem: str, at: int | None = None) -> OptionError:
        place = self.here if at is None else at
        return OptionError(f"pattern {self.pattern!r}, position {place + 1}: {problem}")

    def peek(self) -> str:
        return self.pattern[self.here : self.here + 1]

    def take(self) -> str:
        sign = self.peek()
        self.here += 1
        return sign

    def choice(self) -> Node:
        parts = [self.sequence()]
        while self.peek() == "|":
            self.take()
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else Many("choice", tuple(parts))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated())
        return parts[0] if len(parts) == 1 else Many("sequence", tuple(parts))

    def repeated(self) -> Node:
        start = self.here
        node = self.single()
        counts = self.counts()
        if counts is None:
            return node
        if self.peek() in ("?", "*", "+", "{") and self.peek():
            raise self.error("one repetition after the other: put the first into ( )")
        least, most = counts
        if most is not None and most < least:
            raise self.error(f"{{{least},{most}}} has less at its end than at its start", start)
        return Repeat(node, least, most)

    def counts(self) -> tuple[int, int | None] | None:
        simple: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
        sign = self.peek()
        if sign in simple:
            self.take()
            return simple[sign]
        if sign != "{":
            return None
        start = self.here
        self.take()
        least = self.count()
        most: int | None = least
        if self.peek() == ",":
            self.take()
            most = self.count()
        if self.take() != "}" or (least is None and most is None):
            raise self.error("give a count such as {5} or {2,4}", start)
        return least or 0, most

    def count(self) -> int | None:
        start = self.here
        while self.peek() and self.peek() in DIGITS:
            self.take()
        digits = self.pattern[start : self.here]
        if len(digits.lstrip("0")) > len(str(_LARGEST_COUNT)) or int(digits or 0) > _LARGEST_COUNT:
            raise self.error(f"the largest count is {_LARGEST_COUNT}", start)
        return int(digits) if digits else None

    def single(self) -> Node:
        start = self.here
        sign = self.take()
        if sign == "(":
            return self.group(start)
        if sign == "[":
            return self.bracket(start)
        if sign == "\\":
            return self.escaped(start)
        if sign in (".", "$"):
            raise self.error(f"write \\{sign} for the sign itself; the pattern always means the whole number", start)
        if sign in ("?", "*", "+", "{"):
            raise self.error(f"there is nothing before {sign} to repeat", start)
        return Signs(frozenset(self.readable(sign, start)))

    def group(self, start: int) -> Node:
        if self.peek() == "?":
            raise self.error("groups are plain ( ), without ?")
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.error(f"more than {_DEEPEST} ( within each other", start)
        node = self.choice()
        if self.take() != ")":
            raise self.error("this ( is not closed", start)
        self.depth -= 1
        return node

    def escaped(self, start: int) -> Signs:
        sign = self.take()
        if sign == "d":
            return Signs(frozenset(DIGITS))
        if not sign or sign.isalnum():
            raise self.error(f"\\{sign} is not known; \\d is a digit", start)
        return Signs(frozenset(self.readable(sign, start)))

    def bracket(self, start: int) -> Signs:
        negated = self.peek() == "^"
        if negated:
            self.take()
        signs: set[str] = set()
        while self.peek() != "]" or not signs:
            place = self.here
            first = self.take()
            if not first or first == "]":
                raise self.error("this [ is not closed" if not first else "this [ ] is empty", start)
            found = self.escaped(place).signs if first == "\\" else frozenset(self.readable(first, place))
            if self.peek() == "-" and self.pattern[self.here + 1 : self.here + 2] not in ("]", "") and len(found) == 1:
                self.take()
                last = self.take()
                if first not in DIGITS or last not in DIGITS or last < first:
                    raise self.error("a range goes from a digit to a larger one, such as 1-5", place)
                found = frozenset(DIGITS[int(first) : int(last) + 1])
            signs |= found
        self.take()
        return Signs(frozenset(signs), negated)

    def readable(self, sign: str, place: int) -> str:
        if sign not in DIGITS + SEPARATORS:
            raise self.error(f"{sign!r} is never read; only digits and {' '.join(SEPARATORS)} are", place)
        return sign
