"""``read_upload``: the body of a request becomes pictures with names, and options."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from starlette.requests import Request

from inkdigits.service import problems
from inkdigits.service.form import Part, read_form
from inkdigits.service.problems import Problem

FORM = "multipart/form-data"
JSON = "application/json"
FILES = "files"
RAW = ("application/pdf", "application/octet-stream")
_REPEATED = ("allowed",)
_HINT = (
    "send one picture as the body with its own type (image/png, application/pdf, application/octet-stream), "
    f"or any number in fields {FILES!r} of multipart/form-data (curl --form {FILES}=@picture.png)"
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


async def read_upload(request: Request, most_files: int) -> Upload:
    """Takes the body apart; the gate has an eye on its size and speed.

    Args:
        request: With a body that was not read yet.
        most_files: Pictures in one request.

    Raises:
        Problem: It is of another type, malformed, or has no picture or too many.
    """
    kind = _kind_of(request, RAW[1])
    if kind == FORM:
        return _sort(await read_form(request.headers["content-type"], request.stream(), most_files))
    if kind.startswith("image/") or kind in RAW:
        return Upload([(_name_of(request), await request.body())])
    raise Problem(problems.UNSUPPORTED, f"the body is {kind!r}: {_HINT}", {"Accept-Post": f"{FORM}, image/*, {RAW[0]}"})


async def require_json(request: Request) -> None:
    """Raises Problem when the body is no JSON by its own word."""
    kind = _kind_of(request, "")
    if kind != JSON:
        found = f"the body is {kind!r}" if kind else "the request has no Content-Type"
        raise Problem(problems.UNSUPPORTED, f"{found}: send {JSON}", {"Accept-Post": JSON})


def _kind_of(request: Request, default: str) -> str:
    """The type of the body, without its parameters."""
    return request.headers.get("content-type", default).partition(";")[0].strip().lower()


def _sort(parts: list[Part]) -> Upload:
    upload = Upload([])
    for part in parts:
        if part.name in (FILES, f"{FILES}[]"):  # some clients send a file without a name
            upload.files.append((part.filename or "", part.data))
        elif part.filename is not None:
            said = f"there is a file in the field {part.name!r}: pictures go into {FILES!r}"
            raise Problem(problems.WRONG_REQUEST, said)
        elif part.name in _REPEATED:
            upload.form.setdefault(part.name, []).append(part.data.decode("utf-8", "replace"))
        else:
            upload.form[part.name] = part.data.decode("utf-8", "replace")
    if not upload.files:
        raise Problem(problems.WRONG_REQUEST, f"the form has no picture: {_HINT}")
    return upload


def _name_of(request: Request) -> str:
    """The file's name in the header Content-Disposition, if there is one."""
    given = request.headers.get("content-disposition")
    if given is None:
        return ""
    message = Message()
    message["content-disposition"] = given
    return message.get_filename() or ""
