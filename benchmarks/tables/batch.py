"""The table about batches."""

from __future__ import annotations

from statistics import median

from benchmarks.results import Results
from benchmarks.tables.markdown import between, share, table


def batch(results: Results) -> str:
    """The library and batches side by side."""
    found = results["batch"]
    rounds, count = found["rounds"], found["pictures"]
    seconds = {
        f"`read_digits` of the PNGs in the ZIP, {found['threads']} threads": [one["library"] for one in rounds],
        "`inkdigits batch`, 2 processes, start and all": [one["two"]["wall"] for one in rounds],
        "… once both read": [count * one["two"]["reading"] for one in rounds],
        "`inkdigits batch`, 1 process, start and all": [one["one"]["wall"] for one in rounds],
        "… once it reads": [count * one["one"]["reading"] for one in rounds],
        f"`read_digits` of arrays, nothing to decode, {found['threads']} threads": [one["arrays"] for one in rounds],
    }
    library = next(iter(seconds.values()))
    rows = [
        (
            what,
            f"{count / median(took):,.0f}/s",
            between(f"{count / max(took):,.0f}", f"{count / min(took):,.0f}/s"),
            share(median(one / other for one, other in zip(library, took, strict=True))),
        )
        for what, took in seconds.items()
    ]
    return table(("what", "digits a second (median)", "slowest to quickest round", "of the first row"), rows)
