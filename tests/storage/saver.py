"""A program that keeps readings and corrects them until it is killed; a line on standard output acknowledges each.

For each line on standard input it starts a child that does so: a fork is there at once, a new Python after seconds.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from inkdigits.errors import StorageError
from inkdigits.storage import LOCAL
from inkdigits.storage.store import Store
from storage.made import picture_of, reading_of


def main(home: str, url: str) -> None:
    """Starts a child for each turn that is named on standard input, and writes ``ENDED`` when it was killed."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            save(home, url, line.strip())
        os.waitpid(child, 0)
        print("ENDED", flush=True)


def save(home: str, url: str, turn: str) -> None:
    """Writes ``PID``, for each reading ``KEPT id``, then ``CORRECTED id``; what is refused is asked again."""
    print("PID", os.getpid(), flush=True)
    settings = {"home": Path(home), **({"database_url": url} if url else {})}
    store = Store.open(settings)
    for place in count():
        name = f"{turn}-{place}"
        reading = reading_of(f"{place % 10}", "4096")
        insist(partial(store.add, reading, picture_of(reading, place), id=name))
        print("KEPT", name, flush=True)
        insist(partial(store.correct, name, 1, "4036", LOCAL, correction=f"c-{name}"))
        print("CORRECTED", name, flush=True)


def insist(work: Callable[[], object]) -> None:
    while True:
        try:
            work()
        except StorageError as error:
            print("REFUSED", error, flush=True)
        else:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
