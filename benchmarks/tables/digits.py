"""The tables about single digits, and what is none."""

from __future__ import annotations

from benchmarks.results import Results
from benchmarks.tables.markdown import gap, percentages, right_of, share, share_between, table
from benchmarks.targets import ACCURACY_OF_OTHERS

SETS = {
    "mnist": "MNIST, test",
    "canvas_sim": "canvas_sim: MNIST test digits as pad drawings",
    "pendigits": "pendigits, test: pens, unseen writers",
    "unipen_digits_dev": "UNIPEN 1a: very varied pens",
    "photo_digits_dev": "photographed digits",
    "optdigits": "optdigits, test: scanned forms, 32×32 binary",
    "unipen_1b_upper_dev": "capital letters (UNIPEN 1b)",
    "unipen_1c_lower_dev": "small letters (UNIPEN 1c)",
    "unipen_1d_symbols_dev": "symbols (UNIPEN 1d)",
    "pairs of pendigits": "two real digits side by side (pendigits, test)",
}


def accuracy(results: Results) -> str:
    """Every labelled set."""
    head = ("set", "digits", "errors", "right", "95 % interval", "not named", "named wrongly", "calibration error")
    rows = [
        (
            SETS[row["name"]],
            f"{row['count']:,}",
            f"{row['errors']:,}",
            share(row["accuracy"]),
            share_between(row["interval"]),
            f"{row['refused']:,}",
            f"{row['wrong']:,}",
            gap(row["calibration_error"]),
        )
        for row in results["accuracy"]["sets"]
    ]
    return table(head, rows)


def others(results: Results) -> str:
    """Other readers beside ours."""
    ours = {row["name"]: row for row in results.get("accuracy", {"sets": []})["sets"]}
    rows: list[tuple[object, ...]] = [
        (name, errors, *percentages(values)) for name, errors, *values in ACCURACY_OF_OTHERS
    ]
    if ours:
        names = ("canvas_sim", "unipen_digits_dev", "photo_digits_dev")
        rows.append(("**inkdigits**", ours["mnist"]["errors"], *(share(ours[name]["accuracy"]) for name in names)))
    head = ("reader", "MNIST errors in 10,000", "canvas_sim", "pens of unseen writers²", "photographed²")
    return table(head, rows)


def rejection(results: Results) -> str:
    """Every set of non-digits."""
    found = results["rejection"]
    rows: list[tuple[object, ...]] = [
        (
            SETS.get(row["name"], row["name"]),
            f"{row['count']:,}",
            share(row["rejected"] / row["count"]),
            share_between(row["interval"]),
            share(row["refused"] / row["count"]),
            share_between(row["refused_interval"]),
        )
        for row in found["sets"]
    ]
    digits = found["digits"]
    refused = share(digits["refused"] / digits["count"]), share_between(digits["interval"])
    rows.append(("**true digits** (UNIPEN 1a)", f"{digits['count']:,}", share(found["false_rejects"]), None, *refused))
    return table(("set", "count", "rejected", "95 % interval", "rejected as shipped", "95 % interval"), rows)


def blank(results: Results) -> str:
    """Every kind of blank input."""
    head = ("input", "count", "nothing to read", "not a digit", "unsure", "read as a digit")
    keys = ("name", "count", "blank", "not_a_digit", "unsure", "read")
    kinds = results["blank"]["kinds"]
    total = ("**all**", *(f"{sum(kind[key] for kind in kinds):,}" for key in keys[1:]))
    return table(head, [*(tuple(kind[key] for key in keys) for kind in kinds), total])


def conditions(results: Results) -> str:
    """Every condition beside the plain one, which comes first."""
    rows = [
        (row["name"], *(part for kind in ("digits", "numbers") for part in right_of(row[kind])))
        for row in results["conditions"]["conditions"]
    ]
    return table(("", "digits right", "95 % interval", "numbers right", "95 % interval"), rows)
