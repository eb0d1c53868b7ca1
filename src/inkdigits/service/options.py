"""``ReadOptions`` and ``StrokeOptions``: what a request may ask for, in its query or in fields of its form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inkdigits.service.problems import validation_problem

LONGEST_PATTERN = 500
MOST_ALLOWED = 2_000


class AnyOptions(BaseModel):
    """What is told about pictures and drawings alike."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    expect: str
    expect_length: Annotated[int | None, Field(ge=1, le=64, description="How many digits each number has.")] = None
    pattern: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=LONGEST_PATTERN,
            description=r"What each number looks like, such as `\d{5}`; not with `expect=digit`.",
        ),
    ] = None
    allowed: Annotated[
        tuple[str, ...],
        Field(
            max_length=MOST_ALLOWED,
            description="The only numbers there are: one each, or several with commas between them.",
        ),
    ] = ()
    alternatives: Annotated[
        int, Field(ge=0, le=20, description="Other readings of each number, at most.", examples=[5])
    ] = 5
    glyphs: Annotated[
        bool, Field(description="Whether each digit carries the 28x28 pixels that the network saw.", examples=[False])
    ] = False
    keep: Annotated[
        bool, Field(description="False keeps this reading out of the history, where one is kept.", examples=[True])
    ] = True

    @property
    def words(self) -> tuple[str, ...] | None:
        """The allowed numbers one by one; None when all are."""
        return tuple(word for item in self.allowed for word in item.replace(",", " ").split()) or None

    @property
    def asked(self) -> dict[str, Any]:
        """The options of the same names of :meth:`inkdigits.Reader.read`."""
        plain = ("expect", "expect_length", "pattern", "alternatives")
        return {**{name: getattr(self, name) for name in plain}, "allowed": self.words}

    @property
    def constrains(self) -> bool:
        """Whether only some readings are legal."""
        return not (self.expect_length is None and self.pattern is None and not self.allowed)


class StrokeOptions(AnyOptions):
    """What was written, and what is told about it."""

    expect: Annotated[Literal["digit", "number"], Field(description="What was written.", examples=["digit"])] = "digit"


class ReadOptions(AnyOptions):
    """What the pictures hold, and what is told about them."""

    expect: Annotated[
        Literal["page", "number", "digit"],
        Field(description="What each picture holds: any numbers anywhere, one number, one digit.", examples=["page"]),
    ] = "page"

    @classmethod
    def merged(cls, query: ReadOptions, form: Mapping[str, Any]) -> ReadOptions:
        """The options of the query, and over them those of the form. Raises pydantic's ValidationError."""
        return cls.model_validate({**query.model_dump(exclude_unset=True), **form}) if form else query


Options = TypeVar("Options", bound=AnyOptions)


async def read_options(request: Request) -> ReadOptions:
    """Those of the query, for pictures. Raises Problem when they make no sense."""
    return _of_query(ReadOptions, request)


async def stroke_options(request: Request) -> StrokeOptions:
    """Those of the query, for a drawing. Raises Problem when they make no sense."""
    return _of_query(StrokeOptions, request)


def _of_query(kind: type[Options], request: Request) -> Options:
    """The framework would take longer to find them in a query than the network takes to read a digit."""
    try:
        return _parsed(kind, request.scope["query_string"])
    except ValidationError as error:
        raise validation_problem(error.errors()) from error


@lru_cache(maxsize=128)
def _parsed(kind: type[Options], query: bytes) -> Options:
    given: dict[str, Any] = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name == "allowed":
            given.setdefault(name, []).append(value)
        else:
            given[name] = value
    return kind.model_validate(given)


def parameters(kind: type[AnyOptions]) -> list[dict[str, Any]]:
    """The same for OpenAPI."""
    schemas = kind.model_json_schema()["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": schema, "description": schema["description"]}
        for name, schema in schemas.items()
    ]
