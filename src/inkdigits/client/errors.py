"""What a client raises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inkdigits.errors import InkDigitsError


class ServiceError(InkDigitsError):
    """The service answered with a problem (RFC 9457).

    Attributes:
        status: HTTP status.
        type: What kind of problem it is, such as ``"urn:inkdigits:problem:not-a-picture"``.
        title: The kind in words.
        detail: What happened, and what to do about it.
        request_id: The request in the service's log.
        problem: All members of the problem.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        """Takes what the service sent."""
        self.status = status
        self.type = str(problem.get("type", "about:blank"))
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.request_id = str(problem.get("request_id") or "")
        self.problem = dict(problem)
        super().__init__(f"{self.title or f'status {status}'}: {self.detail}" if self.detail else self.title)


class UnreachableError(InkDigitsError):
    """The service cannot be reached, or the connection broke."""
