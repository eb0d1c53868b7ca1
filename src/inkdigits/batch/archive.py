"""ZIPs: what is in them, and one file of them at a time in memory; nothing of them is written anywhere."""

from __future__ import annotations

import bz2
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from posixpath import splitext
from typing import IO

from inkdigits.batch.item import INSIDE, Item
from inkdigits.batch.ranges import DOCUMENTS, in_ranges
from inkdigits.errors import ImageError, LimitError
from inkdigits.images import count_pages
from inkdigits.images.decode import suffixes
from inkdigits.images.limits import check_bytes
from inkdigits.settings import Settings

SUFFIX = ".zip"
MOST_FILES = 1_000_000
_SWELL = 100  # times its own size that a ZIP's files together may have,
_SWELL_LEAST = 20  # or times the limit on one picture's bytes, which is more where the ZIP is small
_ENCRYPTED = 0x1  # flag
_NO_ZIP = (zipfile.BadZipFile, NotImplementedError, ValueError)  # of later versions, and names that cannot be
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError)
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_LZMA_HEAD = slice(4, 9)  # of LZMA in a ZIP: version and length, then these properties
_NO_SIZE = b"\xff" * 8  # of LZMA that says itself where it ends
_SIGNATURE = b"PK\x03\x04"
_HEAD = struct.Struct("<26xHH")  # of a file: signature, ..., lengths of its name and of what follows that
_OVERHEAD = 2**16  # bytes by which packing may make a file larger: far more than it does


class Archive:
    """An open ZIP."""

    def __init__(self, file: Path | IO[bytes]) -> None:
        """Opens it.

        Raises:
            ImageError: It is no ZIP, or damaged.
        """
        try:
            self._file = file.open("rb") if isinstance(file, Path) else file
        except OSError as error:
            raise ImageError(f"the ZIP cannot be opened: {error.strerror or error}") from error
        try:
            self._zip = zipfile.ZipFile(self._file)
        except (*_NO_ZIP, OSError) as error:
            self._file.close()
            raise ImageError(f"the ZIP cannot be opened: {error}") from error
        self._entries = self._zip.infolist()

    def close(self) -> None:
        """Lets the file go."""
        self._zip.close()
        self._file.close()

    def check(self, size: int, settings: Settings) -> None:
        """Refuses what looks like a bomb.

        Args:
            size: Bytes of the ZIP itself.
            settings: Limits.

        Raises:
            LimitError: It has too many files, or they would unpack to too much.
        """
        if len(self._entries) > MOST_FILES:
            raise LimitError(f"the ZIP has {len(self._entries):,} files, the limit is {MOST_FILES:,}: split it up")
        unpacked, most = sum(entry.file_size for entry in self._entries), _most_unpacked(size, settings)
        if unpacked > most:
            raise LimitError(
                f"the ZIP of {size:,} bytes would unpack to {unpacked:,}, the limit is {most:,}: "
                "split it up, or unpack it"
            )

    def items(self, source: str, place: str, settings: Settings, *, count: bool) -> Iterator[Item]:
        """One item a picture, and one a few pages of a document.

        Args:
            source: What results call the ZIP.
            place: Where it is opened.
            settings: Limits.
            count: Count the pages of documents now; else each is one item.
        """
        known = {*suffixes(), *DOCUMENTS, SUFFIX}
        for index, entry in enumerate(self._entries):
            suffix = splitext(entry.filename)[1].lower()
            if suffix not in known or entry.is_dir() or _is_hidden(entry.filename):
                continue
            name = source + INSIDE + entry.filename
            item = Item(name, place, index, 0, None, entry.file_size, f"{entry.CRC:08x}")
            if suffix == SUFFIX:
                yield Item(name, place, index, problem="a ZIP in a ZIP is not opened: unpack the outer one")
            elif suffix in DOCUMENTS and count:
                yield from in_ranges(item, partial(self._count, index, settings))
            else:
                yield item

    def _count(self, entry: int, settings: Settings) -> int:
        try:
            return count_pages(self.read(entry, settings), settings)
        except OSError as error:
            raise ImageError(str(error)) from error

    def read(self, entry: int, settings: Settings) -> bytes:
        """A file in it, unpacked.

        Raises:
            ImageError: It is damaged, encrypted, or packed in a way that is not known.
            LimitError: It is larger than the settings allow.
            OSError: The ZIP itself cannot be read; of remote ones, errors of other kinds.
        """
        try:
            info = self._entries[entry]
        except IndexError:
            raise ImageError("the ZIP has been replaced since the batch began") from None
        if info.flag_bits & _ENCRYPTED:
            raise ImageError("the file in the ZIP is encrypted: unpack it with its password")
        if info.compress_type not in _PACKED:
            raise ImageError(f"the file in the ZIP is packed in an unknown way ({info.compress_type}): unpack it")
        check_bytes(info.file_size, settings)
        try:
            data = _unpacked(self._packed(info), info)
        except _DAMAGED as error:
            raise ImageError(f"the file in the ZIP is damaged: {error}") from error
        except OSError as error:
            if error.errno is not None:
                raise  # it is the disk or the connection; what bzip2 says of damaged data has no number
            raise ImageError(f"the file in the ZIP is damaged: {error}") from error
        if len(data) != info.file_size or zlib.crc32(data) != info.CRC:
            raise ImageError("the file in the ZIP is damaged: it is not as long as it says, or its checksum differs")
        return data

    def _packed(self, info: zipfile.ZipInfo) -> bytes:
        """What ``zipfile`` takes ten times as long for, which counts where files are small and many."""
        if info.compress_size > info.file_size + _OVERHEAD:
            raise zipfile.BadZipFile("it is larger packed than unpacked")
        if info.header_offset < 0:
            raise zipfile.BadZipFile("it would begin before the ZIP")
        self._file.seek(info.header_offset)
        head = self._file.read(_HEAD.size)
        if len(head) < _HEAD.size or not head.startswith(_SIGNATURE):
            raise zipfile.BadZipFile("there is no file where it should be")
        name, extra = _HEAD.unpack(head)
        self._file.seek(name + extra, os.SEEK_CUR)
        return self._file.read(info.compress_size)


def _unpacked(packed: bytes, info: zipfile.ZipInfo) -> bytes:
    """The file, or a byte more than it says it has; ``zipfile`` unpacks bzip2 and LZMA to whatever they come to."""
    most = info.file_size + 1
    if info.compress_type == zipfile.ZIP_STORED:
        return packed
    if info.compress_type == zipfile.ZIP_DEFLATED:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
    if info.compress_type == zipfile.ZIP_BZIP2:
        return bz2.BZ2Decompressor().decompress(packed, most)
    plain = packed[_LZMA_HEAD] + _NO_SIZE + packed[_LZMA_HEAD.stop :]
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE).decompress(plain, most)


def _most_unpacked(size: int, settings: Settings) -> int:
    return max(_SWELL * size, _SWELL_LEAST * settings.max_bytes)


def _is_hidden(name: str) -> bool:
    """What macOS puts into ZIPs besides the files."""
    return name.startswith(("__MACOSX/", "._")) or "/._" in name
