"""What is written on a line: numbers as people note them, and what else stands where a number is looked for.

A text is a list of signs. A sign's ``kind`` says what is drawn, its ``label`` what a reader should read there: itself
for digits and for ``. , / - : $ =``, "?" for ink that is none of these, and nothing for room and for rulings.
What closes an amount, a long dash or a wave, is read as "-"; guards such as # and * are "?".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

Rng = np.random.Generator

DIGITS = "0123456789"
SEPARATORS = ".,/-:$="
JUNK = "?"
ALPHABET = DIGITS + SEPARATORS + JUNK


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to draw.

    Attributes:
        kind: A digit, a separator, or "gap", "word", "print", "scribble", "crossed", "hash", "star", "dash", "wave".
        label: What stands in the label: one character of ``ALPHABET``, or "" for nothing.
        scale: Its height, as a share of the line's.
        rise: How far it is lifted off the line, as a share of the line's height.
    """

    kind: str
    label: str
    scale: float = 1.0
    rise: float = 0.0


Text = list[Sign]


def label_of(text: Sequence[Sign]) -> str:
    """What a reader should read: labels in order, a run of junk as one "?"."""
    label = ""
    for sign in text:
        if not (sign.label == JUNK and label.endswith(JUNK)):
            label += sign.label
    return label


def chance(rng: Rng, share: float) -> bool:
    """True in ``share`` of all cases."""
    return bool(rng.random() < share)


def signs(characters: str, scale: float = 1.0, rise: float = 0.0) -> Text:
    """Digits, separators and spaces as signs."""
    return [Sign("gap", "") if c == " " else Sign(c, c, scale, rise) for c in characters]


def digits(count: int, rng: Rng) -> str:
    """Random digits; some numbers repeat theirs, as amounts and test numbers do."""
    drawn = rng.integers(0, 10, count)
    if chance(rng, 0.15):  # a 1 is thin: missed, or taken for a rule or a slash, more than all others
        drawn[rng.random(count) < 0.4] = 1
    if count > 2 and chance(rng, 0.12):
        drawn[1:] = np.where(rng.random(count - 1) < 0.6, drawn[:-1], drawn[1:])
    return "".join(map(str, drawn))


def _plain(rng: Rng) -> Text:
    count = 1 + int(rng.integers(0, 3)) if chance(rng, 0.3) else int(rng.integers(3, 9))
    if chance(rng, 0.08):
        count = int(rng.integers(9, 13))
    return signs(digits(count, rng))


def _cell(rng: Rng) -> Text:
    """A mark, a grade, a digit of a grid."""
    return signs(digits(1 if chance(rng, 0.6) else int(rng.integers(2, 4)), rng))


def _code(rng: Rng) -> Text:
    """Postal codes and account numbers, some in groups."""
    groups = [5] if chance(rng, 0.5) else [int(n) for n in rng.integers(2, 5, int(rng.integers(2, 4)))]
    space = " " if chance(rng, 0.7) else "-"
    return signs(space.join(digits(n, rng) for n in groups))


def _amount(rng: Rng) -> Text:
    """An amount as on a cheque: thousands with dots, a currency before it, something that closes it."""
    number = str(int(rng.integers(1, 10))) + digits(int(rng.integers(1, 7)), rng)
    if chance(rng, 0.35):
        zeros = int(rng.integers(1, len(number)))
        number = number[:-zeros] + "0" * zeros
    grouped = number
    point = (".", ".", ".", ",", " ", "", "", ":", "-")[int(rng.integers(9))]
    if len(number) > 3 and point:
        head = len(number) % 3
        parts = ([number[:head]] if head else []) + [number[i : i + 3] for i in range(head, len(number), 3)]
        grouped = point.join(parts)
    text = signs(grouped)
    if chance(rng, 0.22):
        text += _cents(rng)
    if chance(rng, 0.5):
        text += _closing(rng)
    return _opening(rng) + text if chance(rng, 0.3) else text


def _cents(rng: Rng) -> Text:
    """Decimals: on the line, or small and raised, some as a fraction of a hundred."""
    cents = "00" if chance(rng, 0.5) else digits(2, rng)
    small = float(rng.uniform(0.4, 0.75)) if chance(rng, 0.45) else 1.0
    rise = float(rng.uniform(0.6, 1.0)) * (1 - small)
    point = signs("," if chance(rng, 0.6) else ".") if small == 1.0 or chance(rng, 0.5) else []
    if small < 1.0 and chance(rng, 0.3):
        return [*point, *signs(cents + "/100", small, rise)]
    return [*point, *signs(cents, small, rise)]


def _closing(rng: Rng) -> Text:
    """What keeps others from adding digits."""
    ends: tuple[Callable[[], Text], ...] = (
        lambda: signs("="),
        lambda: signs("-"),
        lambda: signs("."),
        lambda: signs(","),
        lambda: signs(".-"),
        lambda: signs(",-"),
        lambda: signs(".="),
        lambda: [*signs("." if chance(rng, 0.5) else ""), Sign("dash", "-")],
        lambda: [Sign("wave", "-")],
        lambda: signs("/" * int(rng.integers(1, 3))),
        lambda: [Sign(("hash", "star")[int(rng.integers(2))], JUNK)] * int(rng.integers(1, 3)),
    )
    weights = np.array([16, 22, 12, 10, 18, 10, 4, 10, 3, 1, 3], np.float64).cumsum()
    return ends[int(np.searchsorted(weights, rng.random() * weights[-1]))]()


def _opening(rng: Rng) -> Text:
    """A currency or a mark that guards the front."""
    drawn = rng.random()
    if drawn < 0.55:
        return signs("$ " if chance(rng, 0.4) else "$")
    if drawn < 0.68:
        return [Sign("hash" if chance(rng, 0.7) else "star", JUNK)]
    if drawn < 0.8:
        return [Sign("print" if chance(rng, 0.5) else "word", JUNK, float(rng.uniform(0.5, 1.0)))]
    return signs("=" if drawn < 0.9 else "-")


def _date(rng: Rng) -> Text:
    mark = "/-.//- "[int(rng.integers(7))]
    parts = [str(int(rng.integers(1, 32))), str(int(rng.integers(1, 13)))]
    if chance(rng, 0.12):
        return _stepped(parts[0], parts[1], rng)
    if chance(rng, 0.4):
        parts = [part.zfill(2) for part in parts]
    if chance(rng, 0.7):
        year = str(int(rng.integers(1950, 2040)))
        parts.append(year if chance(rng, 0.4) else year[2:])
    return signs(mark.join(parts))


def _phone(rng: Rng) -> Text:
    shapes = ((3, 4), (3, 4), (3, 3, 4), (2, 2, 2), (4, 4), (1, 3, 3, 4), (5, 5), (2, 3, 2, 2))
    mark = "--- ./"[int(rng.integers(6))]
    return signs(mark.join(digits(n, rng) for n in shapes[int(rng.integers(len(shapes)))]))


def _clock(rng: Rng) -> Text:
    hour, minute = str(int(rng.integers(0, 24))), str(int(rng.integers(0, 60))).zfill(2)
    return signs((hour.zfill(2) if chance(rng, 0.4) else hour) + (":" if chance(rng, 0.85) else ".") + minute)


def _decimal(rng: Rng) -> Text:
    whole, part = digits(int(rng.integers(1, 4)), rng), digits(int(rng.integers(1, 4)), rng)
    sign = "-" if chance(rng, 0.12) else ""
    return signs(sign + whole + ("." if chance(rng, 0.55) else ",") + part)


def _fraction(rng: Rng) -> Text:
    upper, lower = digits(int(rng.integers(1, 3)), rng), digits(int(rng.integers(1, 3)), rng)
    return _stepped(upper, lower, rng) if chance(rng, 0.5) else signs(f"{upper}/{lower}")


def _stepped(upper: str, lower: str, rng: Rng) -> Text:
    """Two numbers with a long slash between them, the first one higher."""
    size = float(rng.uniform(0.5, 0.8))
    rise = float(rng.uniform(0.5, 1.2)) * (1 - size)
    return [*signs(upper, size, rise), *signs("/"), *signs(lower, size, -float(rng.uniform(0, 0.15)))]


def _with_word(rng: Rng) -> Text:
    """A number beside a word, a unit or a printed name."""
    word = [Sign("word" if chance(rng, 0.6) else "print", JUNK, float(rng.uniform(0.6, 1.0))), Sign("gap", "")]
    text = _plain(rng)[:6]
    return [*word, *text] if chance(rng, 0.6) else [*text, *reversed(word)]


def _word(rng: Rng) -> Text:
    words = int(rng.integers(1, 3))
    return [Sign("word" if chance(rng, 0.65) else "print", JUNK) for _ in range(words)]


def _scribble(rng: Rng) -> Text:
    return [Sign("scribble", JUNK) for _ in range(int(rng.integers(1, 3)))]


def _crossed(rng: Rng) -> Text:
    """A number with digits crossed out, or wholly crossed out."""
    text = _plain(rng)[:7]
    if chance(rng, 0.45):
        return [Sign("crossed", JUNK, scale=float(len(text)))]
    at = int(rng.integers(len(text)))
    return [replace(sign, kind="crossed", label=JUNK) if i == at else sign for i, sign in enumerate(text)]


def _nothing(rng: Rng) -> Text:
    return []


TEXTS: dict[str, tuple[float, Callable[[Rng], Text]]] = {
    "plain": (32, _plain),
    "cell": (13, _cell),
    "code": (8, _code),
    "amount": (20, _amount),
    "date": (5, _date),
    "phone": (5, _phone),
    "clock": (2.5, _clock),
    "decimal": (4, _decimal),
    "fraction": (1.5, _fraction),
    "with_word": (3, _with_word),
    "word": (5, _word),
    "scribble": (1.2, _scribble),
    "crossed": (2, _crossed),
    "nothing": (1.3, _nothing),
}
"""Name -> (weight, maker)."""

_NAMES = tuple(TEXTS)
_WEIGHTS = np.cumsum([weight for weight, _ in TEXTS.values()])


def compose(rng: Rng, kind: str | None = None) -> tuple[str, Text]:
    """Chooses what is written.

    Args:
        rng: Source of chance.
        kind: One of ``TEXTS``; None picks one by its weight.

    Returns:
        The kind and the signs in writing order.
    """
    if kind is None:
        kind = _NAMES[int(np.searchsorted(_WEIGHTS, rng.random() * _WEIGHTS[-1], side="right"))]
    return kind, TEXTS[kind][1](rng)
