"""The table about batches."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from benchmarks.results import Result
from benchmarks.tables import share, table

Results = Mapping[str, Result]


def batch(results: Results) -> str:
    """The library and batches side by side."""
    found = results["batch"]
    rounds, count = found["rounds"], found["pictures"]
    library = median(one["library"] for one in rounds)
    rows: list[tuple[object, ...]] = [
        (f"`read_digits` of the PNGs in the ZIP, {found['threads']} threads", f"{count / library:,.0f}/s", "–")
    ]
    for name, what in (("two", "`inkdigits batch`, 2 processes"), ("one", "`inkdigits batch`, 1 process")):
        wall = median(one[name]["wall"] for one in rounds)
        kept = median(one["library"] / one[name]["wall"] for one in rounds)
        rows.append((f"{what}, start and all", f"{count / wall:,.0f}/s", share(kept)))
        reading = median(one[name]["reading"] for one in rounds)
        kept = median(one["library"] / (count * one[name]["reading"]) for one in rounds)
        rows.append(("… once all processes read", f"{1 / reading:,.0f}/s", share(kept)))
    arrays = median(one["arrays"] for one in rounds)
    rows.append(
        (f"`read_digits` of arrays, nothing to decode, {found['threads']} threads", f"{count / arrays:,.0f}/s", None)
    )
    return table(("what", "digits a second", "of the first row"), rows)
