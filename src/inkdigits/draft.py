"""A field on its way to a number, and how the number is put together from all that was found out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from inkdigits.images.page import Grey
from inkdigits.reading import Alternative, Box, Digit, Number, NumberReason
from inkdigits.recognition import LineReader
from inkdigits.recognition.decode import Frames
from inkdigits.recognition.pattern import DIGITS, SEPARATORS
from inkdigits.recognition.rescore import Opinion, marginals
from inkdigits.recognition.transcript import Candidate, Sign, Transcript
from inkdigits.segmentation import Character, Glyph, Line, is_struck
from inkdigits.wish import Wish

_LEAST = 1e-3  # of probability: alternatives below it are noise


@dataclass(slots=True)
class Draft:
    """A field on its way to a number; filled stage by stage.

    Attributes:
        shape: Height and width of the field's picture in pixels.
        line: Its writing in the normal form.
        frames: What the line network says; None when there is no writing.
        transcript: What may be written there.
        glyph: All its ink as one digit, when it may be one.
        shade: It is as compact as one digit, and by all that tells strokes from shadows and edges it is no ink.
        candidates: Readings, best first.
        signs: The characters of the best reading and their frames.
        characters: The ink of its digits,
        glyphs: and their normal forms.
        opinions: What the single-digit network says of those that stand alone.
    """

    shape: tuple[int, ...]
    line: Line
    frames: Frames | None
    transcript: Transcript
    glyph: Glyph | None = None
    shade: bool = False
    candidates: Sequence[Candidate] = ()
    signs: list[Sign] = field(default_factory=list)
    characters: list[Character] = field(default_factory=list)
    glyphs: list[Grey] = field(default_factory=list)
    opinions: list[Opinion | None] = field(default_factory=list)

    @property
    def is_lone(self) -> bool:
        """True when the best reading is one digit that has all the ink."""
        return self.glyph is not None and bool(self.candidates) and len(self.candidates[0].text) == 1

    @property
    def digits(self) -> list[Sign]:
        """Digits of the best reading."""
        return [sign for sign in self.signs if sign.sign in DIGITS]


def compose(draft: Draft, network: LineReader, wish: Wish) -> Number:
    """Puts a number together from all that was found out about a line."""
    place = draft.glyph.box if draft.is_lone and draft.glyph else draft.line.box
    box = None if place is None else Box(*place)
    candidates = draft.candidates
    free = _free(draft.transcript, network) if wish.language else None
    confidence = _confidence(draft, network)
    reason = _reason(draft, confidence, network.calibration.unsure)
    if not candidates or reason in ("blank", "not_a_number", "crossed_out"):
        return Number((), box, probability=0.0, reason=reason, free=free)
    raws = [_raw(draft, candidate) for candidate in candidates]
    others = [
        Alternative(candidate.text, raw, _alternative(candidate, candidates[0], confidence))
        for candidate, raw in zip(candidates, raws, strict=True)
    ]
    digits = _digits(draft, candidates)
    if reason:
        told = [Alternative(candidates[0].text, raws[0], confidence), *others[1:]]
        return Number(digits, box, "", confidence, tuple(told[: wish.alternatives + 1]), reason, free)
    told = [other for other in others[1:] if other.probability >= _LEAST]
    return Number(digits, box, raws[0], confidence, tuple(told[: wish.alternatives]), None, free)


def _confidence(draft: Draft, network: LineReader) -> float:
    """Of the best reading; the single-digit network's probabilities, which speak for a lone digit, are calibrated."""
    if not draft.candidates:
        return 0.0
    probability = draft.candidates[0].probability
    return probability if draft.is_lone else network.calibration.confidence(probability)


def _free(transcript: Transcript, network: LineReader) -> Alternative:
    """What would have been read without a language."""
    best = transcript.free
    if best is None:
        return Alternative("", "", network.calibration.confidence(transcript.blank + transcript.other))
    return Alternative(best.text, best.raw or best.text, network.calibration.confidence(best.probability))


def _reason(draft: Draft, confidence: float, unsure: float) -> NumberReason | None:
    """Why no number is named; what was asked for, and is sure enough, counts more than what one would expect there."""
    transcript = draft.transcript
    likely = transcript.number >= max(transcript.blank, transcript.other)
    if draft.candidates and confidence >= unsure and (likely or transcript.legal < 1):
        return None
    if draft.candidates and likely:
        return "unsure"
    if transcript.blank >= max(transcript.other, transcript.number):
        return "blank"
    return "crossed_out" if is_struck(draft.line.pixels) else "not_a_number"


def _alternative(candidate: Candidate, best: Candidate, confidence: float) -> float:
    """What is left of the confidence, shared out as the networks would, but never more than the best reading has."""
    left = max(1 - best.probability, 1e-9)
    return min(confidence, (1 - confidence) * min(1.0, candidate.probability / left))


def _raw(draft: Draft, candidate: Candidate) -> str:
    """A reading with the separators of the best one; those of another length go without."""
    if candidate.raw is not None:
        return candidate.raw
    if len(candidate.text) != len(draft.digits):
        return candidate.text
    digits = iter(candidate.text)
    return "".join(
        next(digits) if sign.sign in DIGITS else sign.sign for sign in draft.signs if sign.sign in DIGITS + SEPARATORS
    )


def _digits(draft: Draft, candidates: Sequence[Candidate]) -> tuple[Digit, ...]:
    text = candidates[0].text
    total = sum(candidate.probability for candidate in candidates)
    length = sum(candidate.probability for candidate in candidates if len(candidate.text) == len(text)) / total
    if draft.is_lone and draft.glyph is not None and draft.glyph.box is not None:
        shown = [(Box(*draft.glyph.box), draft.glyph.pixels)]
    else:
        shown = list(zip((_on_picture(draft, part) for part in draft.characters), draft.glyphs, strict=True))
    return tuple(
        Digit(
            label=int(sign),
            confidence=float(row[int(sign)]),
            probabilities=tuple(row.tolist()),
            digitness=length,
            box=box,
            glyph=pixels.tobytes(),
        )
        for sign, row, (box, pixels) in zip(text, marginals(candidates, text), shown, strict=True)
    )


def _on_picture(draft: Draft, part: Character) -> Box:
    """A character's box in pixels of the picture that the line was found in, and within it."""
    line = draft.line
    left, top, width, height = part.box
    x, wide = line.left + left / line.scale, width / line.scale
    y = line.top + top / line.scale + line.slope * (left + width / 2) / line.scale
    return _clipped(round(x), round(y), max(1, round(wide)), max(1, round(height / line.scale)), draft.shape)


def _clipped(left: int, top: int, width: int, height: int, shape: tuple[int, ...]) -> Box:
    x, y = min(max(left, 0), shape[1] - 1), min(max(top, 0), shape[0] - 1)
    right, bottom = min(max(left + width, x + 1), shape[1]), min(max(top + height, y + 1), shape[0])
    return Box(x, y, right - x, bottom - y)
