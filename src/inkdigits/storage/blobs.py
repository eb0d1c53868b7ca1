"""``Blobs``: files named by the hash of their content, in a folder or in any place that fsspec opens."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from inkdigits.errors import MissingExtraError, StorageError

_PART = ".part-"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Blobs(Protocol):
    """Where the files are. A name is a digest and a suffix; whoever knows none can guess none."""

    def put(self, data: bytes, suffix: str) -> str:
        """Keeps a file, whole and on the disk when this returns; gives its SHA-256."""
        ...

    def get(self, digest: str, suffix: str) -> bytes:
        """The file, checked against its name. Raises StorageError when it is missing or damaged."""
        ...

    def delete(self, digest: str, suffix: str) -> None:
        """Deletes the file; one that is gone already is no error."""
        ...

    def older(self, seconds: float) -> Iterator[tuple[str, str]]:
        """Digests and suffixes of the files that nobody put for so long; what was half written then is deleted."""
        ...


def open_blobs(place: str) -> Blobs:
    """The files in a folder, or behind an address such as ``s3://bucket/pictures``.

    Raises:
        MissingExtraError: fsspec, or what it needs for the address, is not installed.
    """
    return RemoteBlobs(place) if "://" in place else FolderBlobs(Path(place))


class FolderBlobs:
    """Files in a folder that only their owner can open."""

    def __init__(self, folder: Path) -> None:
        """Makes nothing yet."""
        self.folder = folder

    def put(self, data: bytes, suffix: str) -> str:
        """As :meth:`Blobs.put`: written beside its place, to the disk, then named."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.folder / _name(digest, suffix)
        try:
            if path.is_file() and path.stat().st_size == len(data):
                os.utime(path)  # as new: see older()
                return digest
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, part = tempfile.mkstemp(prefix=_PART, dir=path.parent)  # readable by the owner alone
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                Path(part).replace(path)
            except BaseException:
                Path(part).unlink(missing_ok=True)
                raise
            _sync(path.parent)
        except OSError as error:
            raise StorageError(f"a picture cannot be kept in {self.folder}: {error.strerror or error}") from error
        return digest

    def get(self, digest: str, suffix: str) -> bytes:
        """As :meth:`Blobs.get`."""
        try:
            data = (self.folder / _name(digest, suffix)).read_bytes()
        except OSError as error:
            raise _missing(digest, str(self.folder), error) from error
        return _checked(data, digest)

    def delete(self, digest: str, suffix: str) -> None:
        """As :meth:`Blobs.delete`."""
        try:
            (self.folder / _name(digest, suffix)).unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"a picture in {self.folder} cannot be deleted: {error.strerror or error}") from error

    def older(self, seconds: float) -> Iterator[tuple[str, str]]:
        """As :meth:`Blobs.older`."""
        before = time.time() - seconds
        for path in self.folder.glob("??/*"):
            try:
                if path.stat().st_mtime >= before:
                    continue
                if path.name.startswith(_PART):
                    path.unlink()
                elif _DIGEST.fullmatch(path.stem):
                    yield path.stem, path.suffix
            except FileNotFoundError:  # somebody else was quicker
                continue


class RemoteBlobs:
    """Files behind an address; object stores write them whole or not at all."""

    def __init__(self, address: str) -> None:
        """Connects to nothing yet.

        Raises:
            MissingExtraError: fsspec, or what it needs for the address, is not installed.
        """
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise MissingExtraError("Pictures at an address", "store") from error
        try:
            self.files: Any
            self.files, root = url_to_fs(address)
        except (ImportError, ValueError) as error:
            raise StorageError(f"setting 'blobs': {address} cannot be opened: {error}") from error
        self.address, self.root = address, str(root).rstrip("/")

    def put(self, data: bytes, suffix: str) -> str:
        """As :meth:`Blobs.put`."""
        digest = hashlib.sha256(data).hexdigest()
        path = f"{self.root}/{_name(digest, suffix)}"
        try:
            if self.files.exists(path):
                return digest
            self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self.files.pipe_file(path, data)
        except Exception as error:  # each of fsspec's places raises errors of its own
            raise StorageError(f"a picture cannot be kept at {self.address}: {error}") from error
        return digest

    def get(self, digest: str, suffix: str) -> bytes:
        """As :meth:`Blobs.get`."""
        try:
            data = bytes(self.files.cat_file(f"{self.root}/{_name(digest, suffix)}"))
        except Exception as error:
            raise _missing(digest, self.address, error) from error
        return _checked(data, digest)

    def delete(self, digest: str, suffix: str) -> None:
        """As :meth:`Blobs.delete`."""
        try:
            self.files.rm_file(f"{self.root}/{_name(digest, suffix)}")
        except FileNotFoundError:
            return
        except Exception as error:
            raise StorageError(f"a picture at {self.address} cannot be deleted: {error}") from error

    def older(self, seconds: float) -> Iterator[tuple[str, str]]:
        """Nothing: such places have rules of their own for what is old, and a write there is whole or not at all."""
        return iter(())


def _name(digest: str, suffix: str) -> str:
    if not _DIGEST.fullmatch(digest) or not re.fullmatch(r"\.[a-z]{2,5}", suffix):
        raise ValueError(f"{digest!r} with {suffix!r} names no picture")
    return f"{digest[:2]}/{digest}{suffix}"


def _checked(data: bytes, digest: str) -> bytes:
    if hashlib.sha256(data).hexdigest() != digest:
        raise StorageError(f"the picture {digest[:12]}… is damaged: bring it back from a copy, or delete its readings")
    return data


def _missing(digest: str, place: str, error: Exception) -> StorageError:
    return StorageError(f"the picture {digest[:12]}… cannot be opened in {place} ({type(error).__name__})")


def _sync(folder: Path) -> None:
    """Brings a file's name to the disk, where the system lets folders be synced."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
