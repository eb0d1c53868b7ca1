"""Numbers: from pictures of fields to digits with boxes and whole readings with probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.draft import Draft, compose
from inkdigits.images.page import Grey
from inkdigits.reading import Number
from inkdigits.recognition import Classifier, LineReader
from inkdigits.recognition.lone import weigh_lone_digit
from inkdigits.recognition.pattern import DIGITS
from inkdigits.recognition.rescore import rescore
from inkdigits.recognition.transcript import Transcript, spell
from inkdigits.recognition.views import read_views
from inkdigits.segmentation import (
    Character,
    Glyph,
    Line,
    Stage,
    cut_characters,
    find_glyph,
    find_line,
    normalize,
)
from inkdigits.steps import DrawnLine, line_stages
from inkdigits.wish import Wish

WEIGHT = 0.8
"""Of the single-digit network's opinion on digits that stand alone, beside the line network's."""

_NOTHING = Transcript((), 0.0, 1.0, 0.0)
_SURE = 0.8  # confidence: less, and
_READ = 0.45  # of a line's ink is of digits, or they were seen in a word
_COMPACT = 1.6  # width by height: wider ink is more than one digit


@dataclass(frozen=True, slots=True)
class Found:
    """What was read from a field.

    Attributes:
        number: The number, or the reason for none.
        line: The field's writing.
        characters: The ink of the number's digits.
        shade: It is as compact as one digit, and looked at as one, it is a shadow or an edge rather than ink.
    """

    number: Number
    line: Line
    characters: Sequence[Character]
    shade: bool = False

    @property
    def drawn(self) -> DrawnLine:
        """For the pictures on the way."""
        return self.line.pixels, [part.box for part in self.characters], [digit.glyph for digit in self.number.digits]

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The pictures on the way, when they were kept."""
        return (*self.line.stages, *line_stages([self.drawn]))

    @property
    def looks_like_a_word(self) -> bool:
        """Whether most of the ink was passed over, and what was read is not sure: digits seen in letters."""
        if not self.characters or self.number.confidence >= _SURE:
            return False
        read = sum(int(part.ink.sum()) for part in self.characters)
        return read < _READ * int(self.line.pixels.sum())


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
        return (found.number,), found.stages if trace else ()

    def read(
        self, fields: Sequence[Grey], wish: Wish, trace: bool = False, most_doubts: int | None = None
    ) -> list[Found]:
        """Reads pictures of one number each.

        Args:
            fields: uint8 (H, W) each, as seen: 0 black, 255 white.
            wish: What is expected of each.
            trace: Keep the pictures on the way in the lines.
            most_doubts: See ``read_views``.

        Returns:
            A number for each field, with boxes in its pixels.
        """
        drafts = [Draft(grey.shape, find_line(grey, trace), None, _NOTHING) for grey in fields]
        self._transcribe(drafts, wish, most_doubts)
        self._look_for_one(drafts, fields, wish)
        for draft in drafts:
            self._locate(draft)
        self._ask(drafts)
        return [Found(self._compose(draft, wish), draft.line, draft.characters, draft.shade) for draft in drafts]

    def _transcribe(self, drafts: Sequence[Draft], wish: Wish, most_doubts: int | None) -> None:
        written = [draft for draft in drafts if not draft.line.blank]
        pixels = [draft.line.pixels for draft in written]
        read = read_views(self._network.frames, self._network.alphabet, pixels, wish.language, most_doubts)
        for draft, (frames, transcript) in zip(written, read, strict=True):
            draft.frames, draft.transcript = frames, transcript

    def _look_for_one(self, drafts: Sequence[Draft], fields: Sequence[Grey], wish: Wish) -> None:
        """Asks the single-digit network about fields whose ink is compact enough to be one digit."""
        compact = [
            (draft, find_glyph(grey)) for draft, grey in zip(drafts, fields, strict=True) if _may_be_one(draft.line)
        ]
        for draft, glyph in compact:
            draft.shade = glyph.blank
        compact = [(draft, glyph) for draft, glyph in compact if not glyph.blank]
        if compact:
            self._weigh(compact, wish)
        for draft in drafts:
            draft.candidates = draft.transcript.candidates

    def _weigh(self, compact: Sequence[tuple[Draft, Glyph]], wish: Wish) -> None:
        scores = self._classifier.scores(np.stack([glyph.pixels for _, glyph in compact]))
        for (draft, glyph), row, digitness in zip(compact, scores.probabilities, scores.digitness, strict=True):
            draft.transcript = weigh_lone_digit(
                draft.transcript, row, float(digitness), not draft.line.blank, wish.language
            )
            draft.glyph = glyph

    def _locate(self, draft: Draft) -> None:
        """Finds the characters of the best reading, and their ink."""
        if draft.frames is None or not draft.candidates or draft.is_lone:
            return
        draft.signs = spell(draft.frames, self._network.alphabet, draft.candidates[0])
        middles = [(sign.start + sign.end) / 2 * self._network.stride for sign in draft.signs]
        parts = cut_characters(draft.line.pixels, middles)
        draft.characters = [part for part, sign in zip(parts, draft.signs, strict=True) if sign.sign in DIGITS]
        draft.glyphs = [normalize(part.ink) for part in draft.characters]
        draft.opinions = [None] * len(draft.characters)

    def _ask(self, drafts: Sequence[Draft]) -> None:
        """Asks the single-digit network about all digits that stand alone, in one batch."""
        places = [(draft, index) for draft in drafts for index, part in enumerate(draft.characters) if part.alone]
        if not places:
            return
        glyphs = np.stack([draft.glyphs[index] for draft, index in places])
        for (draft, index), row in zip(places, self._classifier.scores(glyphs).probabilities, strict=True):
            draft.opinions[index] = row

    def _compose(self, draft: Draft, wish: Wish) -> Number:
        if draft.frames is not None and draft.candidates and not draft.is_lone:
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


def _may_be_one(line: Line) -> bool:
    return line.box is None or line.box[2] <= _COMPACT * line.box[3]
