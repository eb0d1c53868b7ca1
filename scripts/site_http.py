"""The HTTP service as a page of the site, made from what it says of itself (OpenAPI)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

HEAD = """# HTTP

What the service says of itself; a running one has the same at `/openapi.json`, with all examples, and at `/docs`. Who
may call what, and how often, the [keys](../keys.md) decide. Every error is an `application/problem+json`.
"""


def http() -> str:
    """Every route: what it takes and what it answers."""
    from inkdigits.service.app import create_app

    with tempfile.TemporaryDirectory() as home:
        told = create_app({"home": home}).openapi()
    parts = [HEAD]
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            parts += _route(f"{method.upper()} {path}", operation)
    return "\n\n".join(parts) + "\n"


def _route(name: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"## {name}"
    yield f"**{operation['summary']}.** {operation.get('description', '')}"
    if "requestBody" in operation:
        yield f"Body: {', '.join(f'`{kind}`' for kind in operation['requestBody']['content'])}"
    if operation.get("parameters"):
        rows = [
            f"| `{one['name']}` | {one['in']} | {_default(one)} | {_line(one.get('description', ''))} |"
            for one in operation["parameters"]
        ]
        yield "\n".join(["| parameter | in | default | |", "| --- | --- | --- | --- |", *rows])
    answers = [f"{status} {HTTPStatus(int(status)).phrase}" for status in sorted(operation["responses"])]
    yield f"Answers: {', '.join(answers)}"


def _default(parameter: dict[str, Any]) -> str:
    if parameter.get("required"):
        return "*needed*"
    default = parameter["schema"].get("default")
    return "" if default in (None, [], "") else f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
