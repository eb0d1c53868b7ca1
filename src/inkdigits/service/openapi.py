"""``describe``: the OpenAPI document, with problems where the framework has its own errors, and options of the form."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from inkdigits.service.answers import ProblemBody
from inkdigits.service.options import ReadOptions
from inkdigits.service.problems import answers

_REPLACED = ("HTTPValidationError", "ValidationError")
_METHODS = ("get", "post", "put", "patch", "delete")
_OF_BODIES = (400, 408, 413)
_FORM = "multipart/form-data"


def describe(app: FastAPI) -> dict[str, Any]:
    """Makes the document once; ``app.openapi`` of the service."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for name in _REPLACED:
            schemas.pop(name, None)
        schemas["Problem"] = ProblemBody.model_json_schema()
        for path in document["paths"].values():
            for method in _METHODS:
                if method in path:
                    _correct(path[method])
        app.openapi_schema = document
    return app.openapi_schema


def _correct(operation: dict[str, Any]) -> None:
    """What a request that makes no sense is answered with is a problem, and so is what fails."""
    responses = operation["responses"]
    problems = [500, *([422] if "422" in responses else []), *(_OF_BODIES if "requestBody" in operation else ())]
    responses |= {str(status): answer for status, answer in answers(*problems).items()}
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _given(parameter["schema"])
    form = operation.get("requestBody", {}).get("content", {}).get(_FORM)
    if form is not None:
        options = ReadOptions.model_json_schema()["properties"]
        told = {name: _given(schema) for name, schema in options.items()}
        form["schema"] = {**form["schema"], "properties": {**form["schema"]["properties"], **told}}


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of an option that is given: what may be left out is never sent as null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if len(kinds) != 1:
        return schema
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, **kinds[0]}
