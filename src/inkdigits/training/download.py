"""Downloads that go on where they stopped, from the first mirror that answers, and are checked before they count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from inkdigits.errors import MissingExtraError
from inkdigits.training.datasets import MNIST_FILES, MNIST_MIRRORS, DataError

Tick: TypeAlias = Callable[[str, int, "int | None"], None]
"""Is told the file, its bytes so far, and how many it has, where the mirror says so."""

_CHUNK = 64 * 1024
_TIMEOUT = 30  # seconds without an answer


def mnist_folders(data: Path | None) -> list[Path]:
    """Where MNIST's files may be: in the data folder, and in the cache of downloads."""
    folders = [data / "mnist", data] if data else []
    return [*folders, cache_folder()]


def cache_folder() -> Path:
    """Where downloads go when there is no data folder."""
    from platformdirs import user_cache_path

    return user_cache_path("inkdigits")


def download_mnist(
    data: Path | None, tick: Tick = lambda name, done, total: None, mirrors: Sequence[str] = MNIST_MIRRORS
) -> Path:
    """Downloads MNIST's four files, those that are not there yet.

    Args:
        data: Data folder; its ``mnist`` is filled. None takes the cache.
        tick: Called as bytes arrive.
        mirrors: Addresses of folders, asked in order.

    Returns:
        The folder with the files.

    Raises:
        DataError: No mirror gives a file with the right checksum; the message has each mirror's answer.
        MissingExtraError: pooch is not installed.
    """
    folder = data / "mnist" if data else cache_folder()
    for name, md5, _ in MNIST_FILES.values():
        if not (folder / name).is_file():
            fetch(name, md5, folder, mirrors, tick)
    return folder


def fetch(
    name: str, md5: str, folder: Path, mirrors: Sequence[str], tick: Tick = lambda name, done, total: None
) -> Path:
    """Downloads one file; arguments as :func:`download_mnist`. What is half there is kept for the next time."""
    try:
        import pooch
    except ImportError as error:
        raise MissingExtraError("Downloading data", "train") from error
    pooch.get_logger().setLevel("WARNING")  # it would tell of every file, beside the progress
    folder.mkdir(parents=True, exist_ok=True)
    problems = []
    for mirror in mirrors:
        try:
            take = _Resuming(folder / f"{name}.download", name, tick)
            return Path(pooch.retrieve(mirror + name, f"md5:{md5}", fname=name, path=folder, downloader=take))
        except (OSError, ValueError) as error:
            problems.append(f"{mirror}: {_cause(error)}")
    raise DataError(
        f"{name} could not be downloaded ({'; '.join(problems)}); try again later, put the file into {folder}, "
        "or set INKDIGITS_DATA to a folder that has mnist/ in it"
    )


def _cause(error: BaseException) -> str:
    """What lies at the bottom of an error: libraries wrap "no such host" four times."""
    while error.args and isinstance(error.args[-1], BaseException):
        error = error.args[-1]
    return str(getattr(error, "reason", error))


class _Resuming:
    """Downloads for pooch: asks for the bytes that are missing alone."""

    def __init__(self, part: Path, name: str, tick: Tick) -> None:
        self.part, self.name, self.tick = part, name, tick

    def __call__(self, url: str, output_file: str, pooch: Any) -> None:
        """Fills ``output_file``; what has arrived when the line breaks stays in ``part``."""
        import requests

        had = self.part.stat().st_size if self.part.exists() else 0
        ask = {"Range": f"bytes={had}-"} if had else {}
        with requests.get(url, headers=ask, stream=True, timeout=_TIMEOUT) as answer:
            if answer.status_code == requests.codes.requested_range_not_satisfiable:
                self.part.unlink()  # all of it is there, and was wrong
                return self(url, output_file, pooch)
            answer.raise_for_status()
            goes_on = answer.status_code == requests.codes.partial_content
            self._keep(answer, had if goes_on else 0)
        self.part.replace(output_file)
        return None

    def _keep(self, answer: Any, done: int) -> None:
        length = answer.headers.get("Content-Length")
        total = done + int(length) if length else None
        with self.part.open("ab" if done else "wb") as file:
            for chunk in answer.iter_content(_CHUNK):
                file.write(chunk)
                done += len(chunk)
                self.tick(self.name, done, total)
        if total is not None and done < total:
            raise OSError(f"the connection ended after {done:,} of {total:,} bytes")
