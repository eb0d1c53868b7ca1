"""``Result``: what the service says about one picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inkdigits.client.errors import ServiceError
from inkdigits.reading import Reading


@dataclass(frozen=True, slots=True)
class Result:
    """The readings of a picture or document, or why there are none.

    Attributes:
        name: Name of the file.
        readings: One a page.
        ids: For each its name in the history; None when it was not kept.
        problem: Why it was not read.
        warning: Why it is not in the history, when it should be.
    """

    name: str
    readings: tuple[Reading, ...]
    ids: tuple[str | None, ...] = ()
    problem: ServiceError | None = None
    warning: str | None = None

    @property
    def reading(self) -> Reading:
        """The reading of the first page. Raises ServiceError when the picture was not read."""
        if self.problem is not None:
            raise self.problem
        return self.readings[0]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Result:
        """Takes one of ``results`` of the service's answer."""
        problem = data["problem"]
        return cls(
            name=data["name"],
            readings=tuple(Reading.from_dict(item) for item in data["readings"]),
            ids=tuple(item["id"] for item in data["readings"]),
            problem=None if problem is None else ServiceError(problem["status"], problem),
            warning=data["warning"],
        )
