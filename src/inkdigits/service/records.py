"""Kept readings and models as the service answers them, for OpenAPI."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from inkdigits.service.answers import PageBody
from inkdigits.storage.record import Origin, Record

Kind = Literal["digit", "line"]


class CorrectionBody(BaseModel):
    """What somebody said that a number really is."""

    id: str
    number: int = Field(description="Place of the number in the reading, from 0.")
    was: str = Field(description="What it said before.")
    text: str = Field(description="What it says; empty when it is no number.")
    created: datetime
    person: str
    undone: datetime | None = Field(description="When it was taken back; null while it holds.")
    undone_by: str


class RecordBody(BaseModel):
    """A kept reading, without its numbers."""

    id: str
    person: str = Field(description="Whose it is; empty where there are no accounts.")
    source: Origin
    name: str = Field(description="Name of the file.")
    text: str = Field(description="What was read.")
    corrected_text: str = Field(description="The same, corrected where somebody did.")
    checked: bool = Field(description="Whether somebody corrected it or said that it is right.")
    confidence: float
    input_sha256: str
    created: datetime
    model: str
    model_sha256: str
    duration_ms: float
    settings: dict[str, Any]
    corrections: list[CorrectionBody]


class WholeRecordBody(RecordBody):
    """A kept reading with its numbers, digits and probabilities."""

    reading: PageBody


class RecordsBody(BaseModel):
    """Some kept readings, the newest first."""

    readings: list[RecordBody]
    next: str | None = Field(description="The `cursor` of the next ones; null when these are the last.")


class ModelBody(BaseModel):
    """A model that is there."""

    id: str = Field(examples=["shipped"])
    kind: str = Field(description="`digit` or `line`; `?` when its card is damaged.", examples=["digit"])
    name: str
    created: str
    sha256: str
    active: bool = Field(description="Whether it was promoted last of its kind.")
    metrics: dict[str, float] = Field(description="What was measured on validation data.")
    problem: str = Field(description="Why it cannot be used; empty when it can.")


class ModelsBody(BaseModel):
    """The models, and those that read."""

    models: list[ModelBody]
    reading: dict[Kind, str] = Field(description="Names of the models that read now.")


def listed(record: Record) -> dict[str, Any]:
    """A record as a :class:`RecordBody`."""
    told = record.to_dict()
    del told["reading"]
    return told
