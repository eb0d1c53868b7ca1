"""``Client``: calls the service, waits when it is busy, and gives the package's own results."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from inkdigits.client.errors import ServiceError, UnreachableError
from inkdigits.client.records import Kept, ModelInfo
from inkdigits.client.result import Result
from inkdigits.errors import ImageError, MissingExtraError, OptionError
from inkdigits.reading import Reading

try:
    import httpx
except ImportError as error:
    raise MissingExtraError("The client", "client") from error

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from inkdigits.client.options import ReadOptions, StrokeOptions, Wanted

Picture: TypeAlias = "str | os.PathLike[str] | bytes | IO[bytes]"

_BUSY = (409, 429, 503)
"""Statuses that a time to come back may stand beside: 409 is a request of the same idempotency key, still read."""


class Client:
    """One connection pool to one service. Thread-safe: make one and share it; close it, or use it in ``with``."""

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        key: str | None = None,
        *,
        timeout: float = 60.0,
        retries: int = 5,
        longest_wait: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Connects when it is first used.

        Args:
            url: Where the service is.
            key: A key that begins with ``ink_``, where the service asks for one; None takes INKDIGITS_KEY.
            timeout: Seconds that one answer may take.
            retries: How often a request is sent again when the service is busy.
            longest_wait: Seconds to wait before that, at most, whatever the service asks for.
            transport: How requests are sent, for tests.

        Raises:
            OptionError: The address or the key cannot be one.
        """
        key = os.environ.get("INKDIGITS_KEY") if key is None else key
        if key and not (key.isascii() and key.isprintable()):
            raise OptionError("this is no key of the service: it looks like ink_…_…, all of it letters and digits")
        try:
            self._http = httpx.Client(
                base_url=url,
                headers={"Authorization": f"Bearer {key}"} if key else {},
                timeout=timeout,
                transport=transport,
            )
        except httpx.InvalidURL as error:
            raise OptionError(f"{url!r} is no address of a service ({error}): write http://host:8000") from error
        self._retries = retries
        self._longest = longest_wait

    def read(self, picture: Picture, **options: Unpack[ReadOptions]) -> Reading:
        """Reads a picture of one page.

        Args:
            picture: A path, the bytes of a file, or an open binary file.
            **options: ``expect``, ``expect_length``, ``pattern``, ``allowed``, ``alternatives``, as for
                :meth:`inkdigits.Reader.read`; ``glyphs`` and ``keep``, as the service has them.

        Raises:
            ServiceError: The service answered with a problem.
            UnreachableError: There was no answer.
            ImageError: The file cannot be opened, or is a document of several pages.
        """
        (result,) = self.read_many([picture], **options)
        reading = result.reading
        if reading.pages > 1:
            raise ImageError(f"this document has {reading.pages} pages: take Client.read_many, which gives all")
        return reading

    def read_many(
        self, pictures: Iterable[Picture], *, idempotency_key: str | None = None, **options: Unpack[ReadOptions]
    ) -> list[Result]:
        """Reads pictures and documents in one request.

        Args:
            pictures: Each as for :meth:`read`; the service says how many it takes at a time.
            idempotency_key: A name of yours: a request that is sent twice under the same is done once.
            **options: As for :meth:`read`.

        Returns:
            A result for each, in order; one that could not be read has its ``problem``. Of none there is none, and
            nothing is sent.

        Raises:
            ServiceError: The service refused the whole request.
            UnreachableError: There was no answer.
            ImageError: A file cannot be opened.
        """
        files = [("files", (name, data, "application/octet-stream")) for name, data in map(_opened, pictures)]
        if not files:
            return []
        try:
            answer = self._send("/v1/read", options, idempotency_key, files=files)
        except ServiceError as error:
            if len(files) == 1 and _is_picture(error):
                return [Result(files[0][1][0], (), problem=error)]
            raise
        return [Result.from_dict(item) for item in answer["results"]]

    def read_strokes(
        self,
        strokes: Sequence[Sequence[Sequence[float]]],
        *,
        idempotency_key: str | None = None,
        **options: Unpack[StrokeOptions],
    ) -> Reading:
        """Reads what was written with a pen: strokes of points ``(x, y)``; options and errors as for :meth:`read`."""
        drawing = {"strokes": [[[float(x), float(y)] for x, y in stroke] for stroke in strokes]}
        answer = self._send("/v1/strokes", options, idempotency_key, json=drawing)
        return Result.from_dict(answer["results"][0]).reading

    def readings(self, **wanted: Unpack[Wanted]) -> Iterator[Kept]:
        """Kept readings, the newest first, fetched as they are asked for.

        Args:
            **wanted: ``since``, ``until``, ``person``, ``source``, ``text``, ``lowest``, ``highest``, ``state``,
                ``checked``, as the service has them, and ``limit``: how many are fetched at a time.

        Raises:
            ServiceError: The service refused, or a filter makes no sense.
            UnreachableError: There was no answer.
        """
        query = _query(wanted)
        while True:
            answer = self._call("GET", "/v1/readings", params=query)
            yield from map(Kept.from_dict, answer["readings"])
            if answer["next"] is None:
                return
            query["cursor"] = answer["next"]

    def correct(self, reading: str, number: int, text: str, *, idempotency_key: str | None = None) -> Kept:
        """Notes what a number of a kept reading really is; errors as for :meth:`read`.

        Args:
            reading: Id of the reading.
            number: Place of the number in it, from 0.
            text: What it is; ``""`` when it is no number; what was read, to say that this is right.
            idempotency_key: As for :meth:`read_many`.
        """
        path = f"/v1/readings/{quote(reading, safe='')}/correction"
        return Kept.from_dict(self._send(path, {}, idempotency_key, json={"number": number, "text": text}))

    def models(self) -> list[ModelInfo]:
        """All models of the service; errors as for :meth:`read`."""
        return [ModelInfo.from_dict(item) for item in self._call("GET", "/v1/models")["models"]]

    def promote(self, model: str, kind: str | None = None) -> ModelInfo:
        """Lets a model read from now on, for administrators; errors as for :meth:`read`.

        Args:
            model: Its id, or ``"shipped"``.
            kind: Of ``"shipped"``, which one: ``"digit"`` or ``"line"``.
        """
        query = {} if kind is None else {"kind": kind}
        return ModelInfo.from_dict(self._call("POST", f"/v1/models/{quote(model, safe='')}/promote", params=query))

    def close(self) -> None:
        """Closes all connections."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, path: str, options: Mapping[str, Any], idempotency_key: str | None, **body: Any) -> Any:
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._call("POST", path, params=_query(options), headers=headers, **body)

    def _call(self, method: str, path: str, **request: Any) -> Any:
        """One request, sent again while the service is busy. Gives the JSON of the answer."""
        for attempt in range(self._retries + 1):
            try:
                response = self._http.request(method, path, **request)
            except httpx.HTTPError as error:
                why = str(error) or type(error).__name__
                raise UnreachableError(f"{self._http.base_url} gives no answer: {why}") from error
            if response.status_code not in _BUSY or "retry-after" not in response.headers or attempt == self._retries:
                break
            time.sleep(self._pause(response))
        if response.is_success and (answer := _json_of(response)) is not None:
            return answer
        raise ServiceError(response.status_code, _problem_of(response))

    def _pause(self, response: httpx.Response) -> float:
        try:
            return min(self._longest, max(0.0, float(response.headers["retry-after"])))
        except ValueError:  # a date
            return 1.0


def _query(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as they travel in an address; one that is None is none."""
    return {name: _plain(value) for name, value in options.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else value


def _opened(picture: Picture) -> tuple[str, bytes]:
    if isinstance(picture, bytes):
        return "picture", picture
    if isinstance(picture, (str, os.PathLike)):
        path = Path(picture)
        try:
            return path.name, path.read_bytes()
        except OSError as error:
            raise ImageError(f"{path} cannot be opened: {error.strerror or error}") from error
    name = getattr(picture, "name", "picture")
    return Path(name).name if isinstance(name, str) else "picture", picture.read()


def _is_picture(error: ServiceError) -> bool:
    return error.type.endswith((":not-a-picture", ":too-large"))


def _json_of(response: httpx.Response) -> dict[str, Any] | None:
    """The object that was answered; None when it is none, which no answer of the service is."""
    try:
        found = response.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _problem_of(response: httpx.Response) -> Mapping[str, Any]:
    problem = None if response.is_success else _json_of(response)
    if problem is not None:
        return problem
    if response.has_redirect_location:
        said = f"the service is elsewhere, at {response.headers['location']}: give the client that address"
    else:
        said = f"what answers at {response.url} is no inkdigits service: {response.text[:200]}"
    return {"title": response.reason_phrase, "detail": said, "status": response.status_code}
