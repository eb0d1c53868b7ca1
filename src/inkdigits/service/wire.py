"""``read_upload``: the body of a request becomes pictures with names, and options."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from inkdigits.service import problems
from inkdigits.service.problems import Problem

FORM = "multipart/form-data"
FILES = "files"
RAW = ("application/pdf", "application/octet-stream")
_MOST_FIELDS = 64
_LONGEST_FIELD = 64 * 1024
_REPEATED = ("allowed",)
_HINT = (
    "send one picture as the body with its own type (image/png, application/pdf, application/octet-stream), "
    f"or any number in fields {FILES!r} of multipart/form-data"
)


@dataclass(slots=True)
class Upload:
    """What a request brought.

    Attributes:
        files: Name and bytes of each picture, in order.
        form: Options that came as fields of the form.
    """

    files: list[tuple[str, bytes]]
    form: dict[str, Any] = field(default_factory=dict)


async def read_upload(request: Request, most_files: int, most_bytes: int) -> Upload:
    """Takes the body apart; it stays in memory, and nothing is written to a disk.

    Args:
        request: With a body that was not read yet.
        most_files: Pictures in one request.
        most_bytes: Bytes of the body, which the gate holds already.

    Raises:
        Problem: It is of another type, malformed, or has no picture or too many.
    """
    kind = request.headers.get("content-type", "application/octet-stream").partition(";")[0].strip().lower()
    if kind == FORM:
        return await _read_form(request, most_files, most_bytes)
    if kind.startswith("image/") or kind in RAW:
        return Upload([(_name_of(request), await request.body())])
    raise Problem(problems.UNSUPPORTED, f"the body is {kind!r}: {_HINT}", {"Accept-Post": f"{FORM}, image/*, {RAW[0]}"})


async def _read_form(request: Request, most_files: int, most_bytes: int) -> Upload:
    parser = MultiPartParser(
        request.headers,
        _stream(request),
        max_files=most_files,
        max_fields=_MOST_FIELDS,
        max_part_size=_LONGEST_FIELD,
    )
    parser.spool_max_size = most_bytes + 1  # never to a file
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Problem(problems.WRONG_REQUEST, f"the form cannot be taken apart: {error.message} {_HINT}") from error
    try:
        return await _sort(form.multi_items())
    finally:
        await form.close()


async def _sort(items: list[tuple[str, Any]]) -> Upload:
    upload = Upload([])
    for name, value in items:
        if name in (FILES, f"{FILES}[]"):
            if isinstance(value, UploadFile):
                upload.files.append((value.filename or "", await value.read()))
            else:  # some clients send a part without a file name
                upload.files.append(("", value.encode("utf-8", "surrogateescape")))
        elif isinstance(value, UploadFile):
            raise Problem(problems.WRONG_REQUEST, f"there is a file in the field {name!r}: pictures go into {FILES!r}")
        elif name in _REPEATED:
            upload.form.setdefault(name, []).append(value)
        else:
            upload.form[name] = value
    if not upload.files:
        raise Problem(problems.WRONG_REQUEST, f"the form has no picture: {_HINT}")
    return upload


async def _stream(request: Request) -> AsyncIterator[bytes]:
    async for piece in request.stream():
        yield piece


def _name_of(request: Request) -> str:
    """The file's name in the header Content-Disposition, if there is one."""
    given = request.headers.get("content-disposition")
    if given is None:
        return ""
    message = Message()
    message["content-disposition"] = given
    return message.get_filename() or ""
