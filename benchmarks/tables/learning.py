"""The tables about training: what an adaptation gains, what tuning finds, and how fast the digit network learns."""

from __future__ import annotations

from benchmarks.results import Result, Results
from benchmarks.tables.markdown import share, share_between, table


def writers(results: Results) -> str:
    """Every writer who was misread before or after, and all of them."""
    found = results["writers"]
    rows: list[tuple[object, ...]] = []
    quiet = [row for row in found["writers"] if not any(row["errors"])]
    for row in (row for row in found["writers"] if any(row["errors"])):
        rows.append((row["writer"], f"{row['count']:,}", *row["errors"], _change(row), *_others(row, found["before"])))
    if quiet:
        mean = sum(row["mnist_errors"] for row in quiet) / len(quiet) - found["before"]["mnist_errors"]
        letters = sum(row["letters_refused"] / row["letters"] for row in quiet) / len(quiet)
        count = sum(row["count"] for row in quiet)
        start = (f"{len(quiet)} others, together", f"{count:,}", 0, 0, _change(*quiet))
        rows.append((*start, f"{mean:+.1f} each", share(letters)))
    fewer = found["measures"]["writers_fewer"]
    every = [row["mnist_errors"] - found["before"]["mnist_errors"] for row in found["writers"]]
    letters = sum(row["letters_refused"] / row["letters"] for row in found["writers"]) / len(every)
    total = (f"{found['count']:,}", *found["errors"], _change(*found["writers"]))
    rows.append(("**all**", *total, f"{sum(every) / len(every):+.1f} each", share(letters)))
    own = ("errors before", "after", "refused before, after")
    head = ("writer", "digits", *own, "MNIST test, errors more", "letters and signs refused")
    interval = share_between(fewer["interval"])
    told = f"Fewer errors: {share(fewer['value'])} (95 % interval {interval}, by resampling writers)."
    refused = share(found["before"]["letters_refused"] / found["before"]["letters"])
    return f"{table(head, rows)}\n\n{told} Before, {refused} of the letters and signs are refused."


def _change(*rows: Result) -> str:
    """Digits refused before and after."""
    before, after = (sum(row["refused"][place] for row in rows) for place in (0, 1))
    return f"{before}, {after}"


def _others(row: Result, before: Result) -> tuple[str, str]:
    return f"{row['mnist_errors'] - before['mnist_errors']:+d}", share(row["letters_refused"] / row["letters"])


def throughput(results: Results) -> str:
    """Ours beside plain PyTorch."""
    found = results["throughput"]
    rates, per_processor = found["rates"], found["per_processor_second"]
    names = {"ours": "`inkdigits train digit`, augmentation and average", "plain": "plain PyTorch, no augmentation"}
    rows = [(what, f"{rates[name]:,.0f}/s", f"{per_processor[name]:,.0f}") for name, what in names.items()]
    half = "bfloat16" if found["bfloat16"] else "float32"
    return table(("what", f"glyphs, {found['threads']} threads, {half}", "glyphs a second of processor time"), rows)


def tune(results: Results) -> str:
    """The shipped settings and the best of the study, in the study and afresh."""
    found = results["tune"]
    names = [name for name in found["best"]["settings"] if name in found["shipped"]["settings"]]
    rows = [(what, *_tuned(found[name], names)) for name, what in (("shipped", "shipped"), ("best", "**best**"))]
    seeds = [f"seed {one['seed']:,}: loss (misread)" for one in found["best"]["fresh"]]
    told = (
        f"{found['measures']['tune_trials']['value']} trials, {found['pruned']} of them cut short, took "
        f"{found['processor_minutes']:.0f} minutes of processor time, with {found['threads']} threads."
    )
    return f"{table(('settings', *names, 'loss in the study', *seeds), rows)}\n\n{told}"


def _tuned(row: Result, names: list[str]) -> tuple[str, ...]:
    values = (row["settings"][name] for name in names)
    settings = (f"{value:.3g}" if isinstance(value, float) else f"{value}" for value in values)
    return (*settings, f"{row['loss']:.4f}", *(f"{one['loss']:.4f} ({one['errors']})" for one in row["fresh"]))
