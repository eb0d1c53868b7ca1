"""Files at URLs, through fsspec: listed, and one at a time in memory."""

from __future__ import annotations

import glob
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from inkdigits.errors import ImageError, InkDigitsError, MissingExtraError, OptionError
from inkdigits.images.limits import check_bytes
from inkdigits.settings import Settings

_STAMPS = ("ETag", "etag", "md5Hash", "LastModified", "last_modified", "updated", "mtime", "created")
_TRIES = 3
_PAUSE = 0.5  # seconds before the second try, doubled before each next one

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Remote:
    """A file at a URL: the URL, its bytes as far as they are known, and what changes when it does."""

    url: str
    size: int
    stamp: str


def is_remote(name: str) -> bool:
    """Whether a name is a URL, such as ``s3://scans/2026``."""
    scheme, mark, _ = name.partition("://")
    return bool(mark) and scheme.replace("+", "").replace("::", "").isalnum()


def list_files(url: str) -> list[Remote]:
    """The files that a URL names: itself, those of a folder at any depth, or those that match a pattern; in order.

    Raises:
        OptionError: There are none, or the place cannot be reached.
        MissingExtraError: fsspec is not installed.
    """
    files, path = _open_system(url)
    try:
        found = _listed(files, path)
    except FileNotFoundError:
        found = {}
    except Exception as error:  # the errors of storage services have nothing in common but this
        raise OptionError(f"{url} cannot be listed: {_words(error)}") from error
    if not found:
        raise OptionError(f"there is nothing at {url}")
    return [
        Remote(url if name == path else files.unstrip_protocol(name), int(info.get("size") or 0), _stamp(info))
        for name, info in sorted(found.items())
    ]


def _listed(files: Any, path: str) -> Mapping[str, Mapping[str, Any]]:
    if glob.has_magic(path):
        found = files.glob(path, detail=True)
    elif files.isdir(path) and not files.isfile(path):
        found = files.find(path, detail=True)
    else:
        found = {path: files.info(path)}
    return {name: info for name, info in found.items() if _is_file(files, name, info)}


def _is_file(files: Any, name: str, info: Mapping[str, Any]) -> bool:
    """No folder, and no pipe or device, which might never end; links on a disk are what they lead to."""
    return info.get("type") == "file" or bool(info.get("islink") and files.isfile(name))


def read_url(url: str, settings: Settings) -> bytes:
    """All bytes of a file at a URL; what fails for the moment is tried again.

    Raises:
        ImageError: It cannot be read.
        LimitError: It is larger than the settings allow.
    """

    def read() -> bytes:
        with open_url(url) as file:
            return file.read(settings.max_bytes + 1)

    data = patiently(url, read)
    check_bytes(len(data), settings)
    return data


def open_url(url: str) -> IO[bytes]:
    """A file at a URL, open at its beginning; it can be read at any place without reading what is before."""
    files, path = _open_system(url)
    opened: IO[bytes] = files.open(path, "rb")
    return opened


def patiently(url: str, job: Callable[[], Found]) -> Found:
    """Does something with a file at a URL, and again when it fails for the moment.

    Raises:
        ImageError: It failed each time, or it will not help to try again.
    """
    for turn in range(1, _TRIES + 1):
        try:
            return job()
        except InkDigitsError:
            raise
        except (FileNotFoundError, PermissionError, ValueError) as error:
            raise ImageError(f"{url} cannot be read: {_words(error)}") from error
        except Exception as error:  # the errors of storage services have nothing in common but this
            if turn == _TRIES:
                raise ImageError(f"{url} cannot be read, {_TRIES} times: {_words(error)}") from error
            time.sleep(_PAUSE * 2 ** (turn - 1))
    raise AssertionError("unreachable")


def _open_system(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError:
        raise MissingExtraError("Reading from a URL", "store") from None
    try:
        files, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise OptionError(f"{url} cannot be opened: {error}") from error
    return files, path


def _stamp(info: Mapping[str, Any]) -> str:
    return next((str(info[key]) for key in _STAMPS if info.get(key)), "")


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
