"""What the service answers, as OpenAPI tells it; the words are those of :mod:`inkdigits.reading`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class BoxBody(BaseModel):
    """A rectangle in pixels of the upright picture."""

    left: int
    top: int
    width: int
    height: int


class DigitBody(BaseModel):
    """One digit, or the reason why there is none."""

    label: int | None = Field(ge=0, le=9)
    confidence: float = Field(ge=0, le=1, description="Calibrated probability that the label is right.")
    probabilities: list[float] = Field(min_length=10, max_length=10)
    digitness: float = Field(ge=0, le=1, description="Probability of being one whole digit.")
    reason: Literal["blank", "not_a_digit", "unsure"] | None
    box: BoxBody | None
    glyph: str | None = Field(description="The 28x28 pixels that the network saw, base64; with `glyphs=true`.")


class AlternativeBody(BaseModel):
    """Another reading of a number."""

    text: str
    raw: str
    probability: float


class NumberBody(BaseModel):
    """One number, or the reason why there is none."""

    text: str = Field(description="Its digits; empty when no number is named.")
    raw: str = Field(description="With the separators that were read.")
    confidence: float = Field(ge=0, le=1, description="Calibrated probability that the whole number is right.")
    state: Literal["sure", "look_again", "not_a_digit"]
    probability: float | None
    reason: str | None
    box: BoxBody | None
    alternatives: list[AlternativeBody]
    free: AlternativeBody | None
    digits: list[DigitBody]


class PageBody(BaseModel):
    """What was read from one page."""

    text: str = Field(description="All numbers, with spaces between them.")
    confidence: float
    source: str
    model: str
    width: int
    height: int
    page: int
    pages: int
    numbers: list[NumberBody]


class ReadingBody(PageBody):
    """What was read from one page just now."""

    id: str | None = Field(description="Its name in the history; null when it was not kept.")


class ProblemBody(BaseModel):
    """RFC 9457: what went wrong, and what to do about it."""

    type: str = Field(examples=["urn:inkdigits:problem:not-a-picture"])
    title: str = Field(examples=["The picture cannot be read"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["this is not a picture that can be opened: use one of PNG, JPEG, WEBP"])
    request_id: str | None = Field(default=None, examples=["4f1c0b7a2d5e4c0f8b9a6d3e2f1a0b9c"])


class PictureBody(BaseModel):
    """What became of one picture: its readings, or its problem."""

    name: str = Field(description="Name of the file, as it was sent.")
    readings: list[ReadingBody] = Field(description="One a page.")
    problem: ProblemBody | None
    warning: str | None = Field(description="Why it is not in the history, when it should be.")


class ReadBody(BaseModel):
    """One result a picture, in the order of the request."""

    results: list[PictureBody]
