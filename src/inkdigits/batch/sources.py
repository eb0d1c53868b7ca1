"""What a user names becomes items: files, folders, patterns, ZIPs, documents, URLs."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from operator import attrgetter
from pathlib import Path

from inkdigits.batch.archive import SUFFIX as ZIP
from inkdigits.batch.archive import Archive
from inkdigits.batch.files import open_place
from inkdigits.batch.item import Item
from inkdigits.batch.ranges import DOCUMENTS, in_ranges
from inkdigits.batch.remote import is_remote, list_files
from inkdigits.errors import InkDigitsError, OptionError
from inkdigits.images import count_pages
from inkdigits.images.decode import suffixes
from inkdigits.images.find import kind_of, match_files
from inkdigits.settings import Settings


def find_items(names: Sequence[str], settings: Settings) -> Iterator[Item]:
    """All pieces of what is named, in the order of the names, and sorted in folders; each once.

    Args:
        names: Files; folders, whose pictures, documents and ZIPs are taken at any depth; patterns such as
            ``"scans/**/*.png"``; URLs of any of these.
        settings: Limits.

    Raises:
        OptionError: A name leads to nothing that could be read.
    """
    if not names:
        raise OptionError("there is nothing to read: name pictures, folders, ZIPs, documents or URLs")
    if len(names) == 1:
        yield from _of_name(names[0], settings)
        return
    seen: set[tuple[str, int | None, int]] = set()
    real = lru_cache(maxsize=1_024)(os.path.realpath)
    for name in names:
        for item in _of_name(name, settings):
            key = _one_name(item.place, real), item.entry, item.first
            if key not in seen:
                seen.add(key)
                yield item


def _one_name(place: str, real: Callable[[str], str]) -> str:
    """The same for all names of a file, however its folder is reached; ``real`` is where a folder really is."""
    folder, mark, name = place.rpartition(os.sep)
    return place if is_remote(place) else real(folder + mark) + mark + name


def _of_name(name: str, settings: Settings) -> Iterator[Item]:
    if is_remote(name):
        yield from _or_fail(_at_url(name, settings), f"there is no picture at {name} ({_looked_for()})")
    elif kind_of(name) == "folder":
        yield from _or_fail(_in_folder(name, settings), f"there is no picture in the folder {name} ({_looked_for()})")
    elif kind_of(name) == "file":
        yield from _of_file(name, settings)
    elif glob.has_magic(name):
        yield from _or_fail(_matching(name, settings), f"no file matches {name}")
    else:
        raise OptionError(f"there is no file or folder {name or repr(name)}")


def _or_fail(items: Iterable[Item], message: str) -> Iterator[Item]:
    found = False
    for item in items:
        found = True
        yield item
    if not found:
        raise OptionError(message)


def _looked_for() -> str:
    return f"looked for {', '.join((*suffixes(), '.pdf', ZIP))}"


def _is_known(name: str) -> bool:
    path = Path(name)
    return path.suffix.lower() in (*suffixes(), *DOCUMENTS, ZIP) and not path.name.startswith("._")


def _in_folder(folder: str, settings: Settings) -> Iterator[Item]:
    """Its files, then those of the folders in it; links to folders are not followed."""
    troubles: list[OSError] = []
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                found = sorted(entries, key=attrgetter("name"))
        except OSError as error:
            troubles.append(error)
            continue
        for entry in found:
            if _is_known(entry.name) and not _leads_to_folder(entry):
                yield from _of_file(entry.path, settings)
        waiting += [entry.path for entry in reversed(found) if entry.is_dir(follow_symlinks=False)]
    for trouble in troubles:
        yield Item(str(trouble.filename), str(Path(trouble.filename).absolute()), problem=_unreadable(trouble))


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # as of links in a circle: opening it will tell
        return False


def _matching(pattern: str, settings: Settings) -> Iterator[Item]:
    for name in match_files(pattern):
        yield from _of_file(name, settings)


def _of_file(name: str, settings: Settings) -> Iterator[Item]:
    path = Path(name).absolute()
    place, suffix = str(path), path.suffix.lower()
    try:
        told = path.stat()
    except OSError as error:
        yield Item(name, place, problem=_unreadable(error))
        return
    item = Item(name, place, None, 0, None, told.st_size, str(told.st_mtime_ns))
    if suffix == ZIP:
        yield from _in_zip(item, settings)
    elif suffix in DOCUMENTS:
        yield from in_ranges(item, lambda: count_pages(path, settings))
    else:
        yield item


def _at_url(url: str, settings: Settings) -> Iterator[Item]:
    """Documents stay whole: to count their pages, all of them would have to be fetched twice."""
    files = list_files(url)
    for file in files:
        item = Item(file.url, file.url, None, 0, None, file.size, file.stamp)
        if file.url.lower().endswith(ZIP):
            yield from _in_zip(item, settings)
        elif len(files) == 1 or _is_known(file.url):
            yield item


def _in_zip(item: Item, settings: Settings) -> Iterator[Item]:
    found = False
    try:
        with closing(Archive(open_place(item.place))) as archive:
            archive.check(item.size, settings)
            for inner in archive.items(item.source, item.place, settings, count=not is_remote(item.place)):
                found = True
                yield inner
        problem = "" if found else "there is no picture in the ZIP"
    except InkDigitsError as error:
        problem = str(error)
    if problem:
        yield Item(item.source, item.place, size=item.size, stamp=item.stamp, problem=problem)


def _unreadable(error: OSError) -> str:
    return f"it cannot be opened: {error.strerror or error}"
