"""The reader: the road from a picture to a reading, on one page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from inkdigits.errors import OptionError
from inkdigits.images import Page, Source, Strokes, check_strokes, load, load_pages, render_line, render_strokes
from inkdigits.images.page import Grey
from inkdigits.many import read_digits, read_numbers
from inkdigits.networks import Networks
from inkdigits.page_reader import PageReader
from inkdigits.reading import Digit, Number, Reading
from inkdigits.recognition import activation_map, occlusion_map
from inkdigits.segmentation import SIDE, Stage, find_glyph
from inkdigits.settings import Settings
from inkdigits.steps import to_steps
from inkdigits.wish import EXPECTATIONS, Wish

Found: TypeAlias = tuple[tuple[Number, ...], tuple[Stage, ...], str]
"""Numbers, the pictures on the way, and the name of the model."""

HEATMAPS = ("activation", "occlusion")


class Reader:
    """Reads handwritten digits, numbers and pages. Loading takes a moment: make one and share it, it is thread-safe."""

    def __init__(self, settings: Settings | Mapping[str, Any] | None = None) -> None:
        """Loads the single-digit network; the line network follows when the first number is read.

        Without a model of its own in the settings, it reads with the models that are active in ``Settings.home``, and
        follows a promotion within about a second; see docs/models.md.

        Args:
            settings: A :class:`Settings`, a mapping of some of its fields, or None for the environment and defaults.

        Raises:
            OptionError: A setting is unknown or out of range.
            ModelError: The model file is missing or damaged.
        """
        self.settings = Settings.resolve(settings)
        self._networks = Networks(self.settings)
        self._roads = {"digit": self._read_digit, "number": self._read_number, "page": self._read_page}

    @property
    def model(self) -> str:
        """Name and version of the single-digit model; of one from the registry, its id."""
        return self._networks.current().classifier.name

    @property
    def models(self) -> dict[str, str]:
        """Names of both models that read now, ``"digit"`` and ``"line"``; the line network is opened, if it was not."""
        networks = self._networks.current()
        return {"digit": networks.classifier.name, "line": networks.line.network.name}

    def read(
        self,
        source: Source,
        *,
        expect: str = "page",
        trace: bool = False,
        expect_length: int | None = None,
        pattern: str | None = None,
        allowed: Iterable[str | int] | None = None,
        alternatives: int = 5,
    ) -> Reading:
        r"""Reads a picture.

        Args:
            source: A path, encoded bytes, a binary file object, a Pillow image, or a numpy array: (H, W) grey or
                (H, W, C) with grey, grey + alpha, RGB or RGBA channels, of uint8, bool, uint16, or float in [0, 1] or
                [0, 255]. Any polarity, size and light.
            expect: What the picture holds: ``"page"``, any numbers anywhere; ``"number"``, one number; ``"digit"``, one
                digit.
            trace: Keep every stage as a picture in ``Reading.trace``.
            expect_length: How many digits each number has.
            pattern: What each number looks like, such as ``r"\d{5}"``: literals, ``\d``, ``[13-5]``, ``(1|23)``, and
                ``?``, ``*``, ``+``, ``{5}``, ``{2,4}`` after any of them. With a separator in it, it speaks of
                digits and separators, else of the digits alone.
            allowed: The only numbers there are.
            alternatives: How many other readings of each number are told, at most.

        Returns:
            The reading; its ``text`` is ``""`` when there is nothing to read, and with ``"number"`` and ``"digit"`` the
            ``reason`` of its one number or digit says why.

        Raises:
            ImageError: Not a picture, a damaged one, or a document of several pages.
            LimitError: Larger than the settings allow.
            OptionError: An option is not one of the choices or makes no sense.
        """
        wish = Wish.of(expect, expect_length, pattern, allowed, alternatives)
        page = load(source, self.settings)
        return self._read(page, wish, trace)

    def read_pages(
        self,
        source: Source,
        *,
        expect: str = "page",
        trace: bool = False,
        expect_length: int | None = None,
        pattern: str | None = None,
        allowed: Iterable[str | int] | None = None,
        alternatives: int = 5,
    ) -> Iterator[Reading]:
        """Reads a document page by page: a PDF, a TIFF of several pages, or any picture as the only page.

        Args and errors as for :meth:`read`; pages are opened one at a time, when they are asked for.

        Returns:
            A reading for each page, in order, with ``page`` and ``pages``.
        """
        wish = Wish.of(expect, expect_length, pattern, allowed, alternatives)
        pages = load_pages(source, self.settings)
        return (self._read(page, wish, trace) for page in pages)

    def read_strokes(
        self,
        strokes: Strokes,
        *,
        expect: str = "digit",
        trace: bool = False,
        expect_length: int | None = None,
        pattern: str | None = None,
        allowed: Iterable[str | int] | None = None,
        alternatives: int = 5,
    ) -> Reading:
        """Reads what was written with a pen.

        Args:
            strokes: A list of (n, 2) arrays or lists of points, one a stroke; x right, y down, in any unit.
            expect: What was written: ``"digit"``, one digit; ``"number"``, one number on a line.
            trace: As for :meth:`read`, and so are the others.
            expect_length: As for :meth:`read`.
            pattern: As for :meth:`read`.
            allowed: As for :meth:`read`.
            alternatives: As for :meth:`read`.

        Returns:
            The reading, as :meth:`read` gives it; without boxes, since strokes have no pixels.

        Raises:
            StrokeError: Not a list of finite (n, 2) arrays.
            LimitError: More points than the settings allow.
            OptionError: An option is not one of the choices or makes no sense.
        """
        wish = Wish.of(expect, expect_length, pattern, allowed, alternatives, EXPECTATIONS[:2])
        points = check_strokes(strokes, self.settings)
        ink = render_strokes(points) if wish.expect == "digit" else render_line(points)
        reading = self._read(Page(255 - ink), wish, trace)
        return replace(
            reading, numbers=tuple(_of_pen(number, bool(points)) for number in reading.numbers), width=0, height=0
        )

    def _read(self, page: Page, wish: Wish, trace: bool) -> Reading:
        numbers, stages, model = self._roads[wish.expect](page.grey, wish, trace)
        return Reading(numbers, page.width, page.height, page.source, model, to_steps(stages), page.index, page.count)

    def _read_digit(self, grey: Grey, wish: Wish, trace: bool) -> Found:
        glyph = find_glyph(grey, trace)
        networks = self._networks.current()
        digit = networks.digits.read(glyph)
        return (Number((digit,), digit.box),), glyph.stages, networks.classifier.name

    def _read_number(self, grey: Grey, wish: Wish, trace: bool) -> Found:
        reader = self._networks.current().numbers
        return *PageReader(reader).read_one(grey, wish, trace), reader.name

    def _read_page(self, grey: Grey, wish: Wish, trace: bool) -> Found:
        reader = self._networks.current().numbers
        return *PageReader(reader).read(grey, wish, trace), reader.name

    def read_digits(self, images: Iterable[Source] | npt.NDArray[Any]) -> list[Digit]:
        """Reads many pictures of one digit each, batched through the network.

        Args:
            images: A stack (N, H, W) or (N, H, W, C), or an iterable of anything that :meth:`read` takes. Stacks of
                uint8 (N, 28, 28) in MNIST's normal form go straight to the network.

        Returns:
            One :class:`Digit` a picture, in order, without boxes.

        Raises:
            ImageError: A picture cannot be read; the message names its position.
            LimitError: A picture is larger than the settings allow.
        """
        return self._networks.current().digits.read_many(images, self.settings)

    def read_many(
        self,
        pages: Iterable[Page],
        *,
        expect: str = "page",
        expect_length: int | None = None,
        pattern: str | None = None,
        allowed: Iterable[str | int] | None = None,
        alternatives: int = 5,
    ) -> Iterator[Reading]:
        """Reads open pages; digits and numbers go through the networks together, digits in MNIST's form as they are.

        Args:
            pages: Of :func:`inkdigits.images.load_pages`, taken as they are needed.
            expect: As for :meth:`read`, and so are the others.
            expect_length: As for :meth:`read`.
            pattern: As for :meth:`read`.
            allowed: As for :meth:`read`.
            alternatives: As for :meth:`read`.

        Returns:
            A reading for each page, in order, whatever pages are read with it.

        Raises:
            OptionError: An option is not one of the choices or makes no sense.
            InkDigitsError: A page cannot be opened: whatever taking it raised, after the readings of those before it.
        """
        wish = Wish.of(expect, expect_length, pattern, allowed, alternatives)
        if wish.expect == "digit":
            return read_digits(self._networks.current, iter(pages), self.settings.batch_size)
        if wish.expect == "number":
            return read_numbers(self._networks.current, iter(pages), wish)
        return (self._read(page, wish, False) for page in pages)

    def explain(self, digit: Digit, label: int | None = None, method: str = "activation") -> npt.NDArray[np.float32]:
        """Shows which ink decided.

        Args:
            digit: A digit of :meth:`read` or :meth:`read_strokes` (it carries its glyph).
            label: The digit to explain, 0-9; None takes the one that was read, or the likeliest where none was.
            method: ``"activation"`` (class activation map) or ``"occlusion"``.

        Returns:
            float32 (28, 28) in [0, 1], on the pixels of ``digit.glyph``.

        Raises:
            OptionError: The method or label is unknown, or the digit has no glyph.
        """
        if method not in HEATMAPS:
            raise OptionError(f"unknown heat map {method!r}; choose from {', '.join(HEATMAPS)}")
        if digit.glyph is None:
            raise OptionError("this digit carries no glyph, as a blank one: explain one of read() that holds ink")
        read = digit.ranking[0][0] if digit.label is None else digit.label
        target = read if label is None else label
        if type(target) is not int or target not in range(10):
            raise OptionError(f"unknown label {target!r}; choose from 0 to 9")
        glyph = np.frombuffer(digit.glyph, np.uint8).reshape(SIDE, SIDE)
        draw = activation_map if method == "activation" else occlusion_map
        return draw(self._networks.current().classifier, glyph, target)


def read(source: Source, *, expect: str = "page", trace: bool = False, **options: Any) -> Reading:
    """Reads a picture with a shared :class:`Reader`; takes all options of :meth:`Reader.read`."""
    return _shared_reader().read(source, expect=expect, trace=trace, **options)


@cache
def _shared_reader() -> Reader:
    return Reader()


def _of_pen(number: Number, written: bool) -> Number:
    """A number without boxes, since strokes have no pixels; where a pen has written, even a dot, it is not blank."""
    digits = tuple(replace(digit, box=None) for digit in number.digits)
    reason = "not_a_number" if written and number.reason == "blank" else number.reason
    return replace(number, digits=digits, box=None, reason=reason)
