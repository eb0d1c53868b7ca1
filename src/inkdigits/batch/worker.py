"""``python -m inkdigits.batch.worker``: reads chunks that come on standard input until that is closed.

A process of its own rather than one of ``multiprocessing``: it does not run the caller's main module again, so a
batch may be started from any script, notebook or service.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import IO

from inkdigits.batch.wire import receive, send


def main() -> None:
    """Reads chunks; ends without a word when the process that started it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one that started this
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    try:
        _work(requests, answers)
    except (EOFError, BrokenPipeError):
        return


def _work(requests: IO[bytes], answers: IO[bytes]) -> None:
    import warnings

    import cv2

    from inkdigits.batch.files import Files
    from inkdigits.batch.part import Part
    from inkdigits.batch.work import read_items
    from inkdigits.errors import InkDigitsError

    warnings.simplefilter("ignore")  # Pillow warns of damaged metadata; the pixels are what counts
    cv2.setNumThreads(1)
    job, form = receive(requests)
    try:
        reader = job.open_reader()
        files = Files(job.settings)
        send(answers, None)
        while True:
            send(answers, Part.of(read_items(receive(requests), job, reader, files), form))
    except InkDigitsError as error:
        send(answers, str(error))


if __name__ == "__main__":
    main()
