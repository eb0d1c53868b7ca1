"""A ZIP of labelled pictures becomes a folder: within limits, and nothing outside of it."""

from __future__ import annotations

import hashlib
import io
import lzma
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from inkdigits.settings import Settings
from inkdigits.training.datasets import DataError

MOST_FILES = 200_000
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(NotImplementedError, RuntimeError),  # a method of packing that Python has not, a password
)
_SWELL = 20  # times the limit of one picture's bytes that all files together may have


def unpack_own(data: bytes, into: Path, settings: Settings) -> Path:
    """Unpacks a ZIP with labelled pictures.

    Args:
        data: The ZIP.
        into: Folder of such folders; one is made in it, named by the ZIP's checksum, or found there.
        settings: Its limit of bytes holds for each file, and 20 times as much for all.

    Returns:
        The folder to name as own pictures: where the ZIP has one folder around everything, that one.

    Raises:
        DataError: It is no ZIP, is damaged, too large, encrypted, or would write outside of the folder.
    """
    folder = into / hashlib.sha256(data).hexdigest()[:16]
    if not folder.is_dir():
        into.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=into))
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in _checked(archive, settings):
                    _extract(archive, member, part, settings)
            _appear(part, folder)
        except _DAMAGED as error:
            raise DataError(f"the ZIP cannot be unpacked: {error}") from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return _inner(folder)


def _appear(part: Path, folder: Path) -> None:
    """Gives a finished folder its name; somebody else may have been faster with the same ZIP."""
    part.chmod(0o755)  # a temporary folder is its maker's alone
    try:
        part.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _checked(archive: zipfile.ZipFile, settings: Settings) -> list[zipfile.ZipInfo]:
    members = [item for item in archive.infolist() if not item.is_dir() and not item.filename.startswith("__MACOSX/")]
    if len(members) > MOST_FILES:
        raise DataError(f"the ZIP has {len(members):,} files, the limit is {MOST_FILES:,}")
    if sum(item.file_size for item in members) > _SWELL * settings.max_bytes:
        raise DataError(f"the ZIP holds more than {_SWELL * settings.max_bytes / 2**20:,.0f} MB: split it up")
    for item in members:
        path = PurePosixPath(item.filename.replace("\\", "/"))
        odd = not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]
        if odd or stat.S_ISLNK(item.external_attr >> 16):
            raise DataError(f"the ZIP has a file that would lie outside of its folder: {item.filename}")
        if item.file_size > settings.max_bytes:
            raise DataError(f"{item.filename} in the ZIP is larger than {settings.max_bytes / 2**20:,.0f} MB")
    return members


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, settings: Settings) -> None:
    target = folder / PurePosixPath(member.filename.replace("\\", "/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as source:
        content = source.read(settings.max_bytes + 1)
    if len(content) > settings.max_bytes:
        raise DataError(f"{member.filename} in the ZIP is larger than it says")
    target.write_bytes(content)


def _inner(folder: Path) -> Path:
    """Past folders that hold one folder alone, unless that is a class."""
    inside = [item for item in folder.iterdir() if not item.name.startswith(".")]
    if len(inside) == 1 and inside[0].is_dir() and inside[0].name not in "0123456789":
        return _inner(inside[0])
    return folder
