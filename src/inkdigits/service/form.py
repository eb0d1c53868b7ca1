"""``read_form``: multipart/form-data, taken apart while it arrives; all of it stays in memory, none goes to a disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from inkdigits.service import problems
from inkdigits.service.problems import Problem

MOST_FIELDS = 64
LONGEST_FIELD = 64 * 1024


@dataclass(slots=True)
class Part:
    """One part of a form.

    Attributes:
        name: Of its field.
        filename: None when it is no file.
        data: What it holds.
    """

    name: str
    filename: str | None
    data: bytes = b""


@dataclass(slots=True)
class _Parts:
    """Collects what the parser finds."""

    most_files: int
    done: list[Part] = field(default_factory=list)
    ended: bool = False
    _header: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _disposition: str = ""
    _name: str = ""
    _filename: str | None = None
    _data: bytearray = field(default_factory=bytearray)

    def begin(self) -> None:
        self._disposition, self._data = "", bytearray()

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value.decode("latin-1")
        self._header.clear()
        self._value.clear()

    def headers_finished(self) -> None:
        _, given = parse_options_header(self._disposition)
        named = {key: value.decode("utf-8", "replace") for key, value in given.items()}
        if b"name" not in named:
            raise _wrong("a part of the form has no name")
        self._name, self._filename = named[b"name"], named.get(b"filename")
        files = sum(part.filename is not None for part in self.done)
        if self._filename is not None and files >= self.most_files:
            raise _wrong(f"there are more than {self.most_files} pictures in one request")
        if self._filename is None and len(self.done) - files >= MOST_FIELDS:
            raise _wrong(f"the form has more than {MOST_FIELDS} fields")

    def part_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]
        if self._filename is None and len(self._data) > LONGEST_FIELD:
            raise _wrong(
                f"the field {self._name[:40]!r} has more than {LONGEST_FIELD:,} bytes; a file needs a file name"
            )

    def part_end(self) -> None:
        self.done.append(Part(self._name, self._filename, bytes(self._data)))

    def end(self) -> None:
        self.ended = True


async def read_form(content_type: str, pieces: AsyncIterator[bytes], most_files: int) -> list[Part]:
    """Takes a form apart.

    Args:
        content_type: With the boundary of its parts.
        pieces: Of the body.
        most_files: Files in it.

    Returns:
        Its parts, in order.

    Raises:
        Problem: It is malformed, cut off, or has too much in it.
    """
    _, options = parse_options_header(content_type)
    if not options.get(b"boundary"):
        raise _wrong("the header Content-Type names no boundary: let your HTTP library write it")
    parts = _Parts(most_files)
    try:
        parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": parts.begin,
                "on_part_data": parts.part_data,
                "on_part_end": parts.part_end,
                "on_header_field": parts.header_field,
                "on_header_value": parts.header_value,
                "on_header_end": parts.header_end,
                "on_headers_finished": parts.headers_finished,
                "on_end": parts.end,
            },
        )
        async for piece in pieces:
            parser.write(piece)
    except FormParserError as error:
        raise _wrong(f"the form cannot be taken apart: {error}") from error
    if not parts.ended:
        raise _wrong("the form is cut off: its last boundary is missing")
    return parts.done


def _wrong(said: str) -> Problem:
    return Problem(problems.WRONG_REQUEST, said)
