"""Numbers: from pictures of fields to digits with boxes, whole readings with probabilities, and reasons for none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from inkdigits.images.page import Grey
from inkdigits.reading import Alternative, Box, Digit, Number, NumberReason
from inkdigits.recognition import Classifier, LineReader
from inkdigits.recognition.decode import Frames
from inkdigits.recognition.pattern import DIGITS, SEPARATORS
from inkdigits.recognition.rescore import Opinion, marginals, rescore
from inkdigits.recognition.transcript import Candidate, Sign, Transcript, spell, transcribe
from inkdigits.segmentation import Character, Line, Stage, cut_characters, find_line, normalize
from inkdigits.steps import DrawnLine, line_stages
from inkdigits.wish import Wish

WEIGHT = 0.5
"""Of the single-digit network's opinion on digits that stand alone, beside the line network's."""

_BLANK = Number((), probability=0.0, reason="blank")
_LEAST = 1e-3  # of probability: alternatives below it are noise


@dataclass(slots=True)
class Draft:
    """A field on its way to a number; filled stage by stage.

    Attributes:
        line: Its writing in the normal form.
        frames: What the line network says.
        transcript: What may be written there.
        candidates: Readings, best first.
        signs: The characters of the best reading and their frames.
        characters: The ink of its digits.
        opinions: What the single-digit network says of those that stand alone.
    """

    line: Line
    frames: Frames
    transcript: Transcript
    candidates: Sequence[Candidate]
    signs: list[Sign] = field(default_factory=list)
    characters: list[Character] = field(default_factory=list)
    opinions: list[Opinion | None] = field(default_factory=list)

    @property
    def digits(self) -> list[Sign]:
        """Digits of the best reading."""
        return [sign for sign in self.signs if sign.sign in DIGITS]


@dataclass(frozen=True, slots=True)
class Found:
    """What was read from a field.

    Attributes:
        number: The number, or the reason for none.
        line: The field's writing.
        characters: The ink of the number's digits.
    """

    number: Number
    line: Line
    characters: Sequence[Character]

    @property
    def drawn(self) -> DrawnLine:
        """For the pictures on the way."""
        return self.line.pixels, [part.box for part in self.characters], [digit.glyph for digit in self.number.digits]


class NumberReader:
    """Reads fields with the line network, and digits on them that stand alone with the single-digit network as well."""

    def __init__(self, line_reader: LineReader, classifier: Classifier) -> None:
        """Takes two networks that are open."""
        self._network = line_reader
        self._classifier = classifier

    @property
    def name(self) -> str:
        """Names of both networks."""
        return f"{self._network.name} + {self._classifier.name}"

    def read_one(self, grey: Grey, wish: Wish, trace: bool = False) -> tuple[tuple[Number, ...], tuple[Stage, ...]]:
        """Reads the one number of a picture, as :meth:`read` does; with the stages on the way."""
        (found,) = self.read([grey], wish, trace)
        return (found.number,), (*found.line.stages, *line_stages([found.drawn])) if trace else ()

    def read(self, fields: Sequence[Grey], wish: Wish, trace: bool = False) -> list[Found]:
        """Reads pictures of one number each.

        Args:
            fields: uint8 (H, W) each, as seen: 0 black, 255 white.
            wish: What is expected of each.
            trace: Keep the pictures on the way in the lines.

        Returns:
            A number for each field, with boxes in its pixels.
        """
        lines = [find_line(grey, trace) for grey in fields]
        drafts = self._transcribe([line for line in lines if not line.blank], wish)
        for draft in drafts:
            self._locate(draft)
        self._ask(drafts)
        found = iter([Found(self._compose(draft, wish), draft.line, draft.characters) for draft in drafts])
        return [Found(_BLANK, line, []) if line.blank else next(found) for line in lines]

    def _transcribe(self, lines: Sequence[Line], wish: Wish) -> list[Draft]:
        drafts = []
        for line, frames in zip(lines, self._network.frames([line.pixels for line in lines]), strict=True):
            transcript = transcribe(frames, self._network.alphabet, wish.language)
            drafts.append(Draft(line, frames, transcript, transcript.candidates))
        return drafts

    def _locate(self, draft: Draft) -> None:
        """Finds the characters of the best reading, and their ink."""
        if not draft.candidates:
            return
        draft.signs = spell(draft.frames, self._network.alphabet, draft.candidates[0])
        middles = [(sign.start + sign.end) / 2 * self._network.stride for sign in draft.signs]
        parts = cut_characters(draft.line.pixels, middles)
        draft.characters = [part for part, sign in zip(parts, draft.signs, strict=True) if sign.sign in DIGITS]
        draft.opinions = [None] * len(draft.characters)

    def _ask(self, drafts: Sequence[Draft]) -> None:
        """Asks the single-digit network about all digits that stand alone, in one batch."""
        places = [(draft, index) for draft in drafts for index, part in enumerate(draft.characters) if part.alone]
        if not places:
            return
        glyphs = np.stack([normalize(draft.characters[index].ink) for draft, index in places])
        for (draft, index), row in zip(places, self._classifier.scores(glyphs).probabilities, strict=True):
            draft.opinions[index] = row

    def _compose(self, draft: Draft, wish: Wish) -> Number:
        if draft.candidates:
            draft.candidates = rescore(
                draft.candidates,
                draft.digits,
                draft.frames,
                self._network.alphabet,
                draft.opinions,
                WEIGHT,
                wish.language,
            )
            if len(draft.candidates[0].text) != len(draft.digits):
                self._locate(draft)
        return compose(draft, self._network, wish)


def compose(draft: Draft, network: LineReader, wish: Wish) -> Number:
    """Puts a number together from all that was found out about a line."""
    box = None if draft.line.box is None else Box(*draft.line.box)
    candidates = draft.candidates
    free = _free(draft.transcript, network) if wish.language else None
    confidence = network.calibration.confidence(candidates[0].probability) if candidates else 0.0
    reason = _reason(draft, confidence, network.calibration.unsure)
    if not candidates or reason in ("blank", "not_a_number"):
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
    return "blank" if transcript.blank >= transcript.other else "not_a_number"


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
    return tuple(
        Digit(
            label=int(sign),
            confidence=float(row[int(sign)]),
            probabilities=tuple(row.tolist()),
            digitness=length,
            box=_on_picture(draft.line, part),
            glyph=normalize(part.ink).tobytes(),
        )
        for sign, row, part in zip(text, marginals(candidates, text), draft.characters, strict=True)
    )


def _on_picture(line: Line, part: Character) -> Box:
    """A character's box in pixels of the picture that the line was found in."""
    left, top, width, height = part.box
    x, wide = line.left + left / line.scale, width / line.scale
    y = line.top + top / line.scale + line.slope * (left + width / 2) / line.scale
    return Box(round(x), round(y), max(1, round(wide)), max(1, round(height / line.scale)))
