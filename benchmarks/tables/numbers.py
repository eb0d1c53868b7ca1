"""The tables about numbers."""

from __future__ import annotations

from benchmarks.results import Result, Results
from benchmarks.tables.markdown import gap, percentages, right_of, share, share_between, table
from benchmarks.targets import NUMBERS_OF_OTHERS

SETS = {
    "sheet_sim": "sheet_sim: MNIST test digits in lines on paper",
    "sheet_sim: touching": "… with touching digits",
    "sheet_sim: apart": "… without",
    "cheques_dev": "amounts on real cheques, never learned from",
    "cheques_finetuned": "… after fine-tuning on others of them",
    "cheques_finetuned_mended": "… with three labels put right³",
    "unipen_strings_dev": "postal codes, telephone numbers, dates, amounts by pen (UNIPEN)",
}


def numbers(results: Results) -> str:
    """Every set of fields; the fine-tuned model beside the shipped one."""
    found = [*results["numbers"]["sets"], *results.get("finetune", {"sets": []})["sets"]]
    rows = sorted(found, key=lambda row: list(SETS).index(row["name"]))
    head = (
        "set",
        "numbers",
        "exactly right",
        "95 % interval",
        "rejected",
        "calibration error",
        "coverage at 1 % errors",
    )
    return table(head, [_field_row(row) for row in rows])


def _field_row(row: Result) -> tuple[object, ...]:
    whole = "coverage" in row
    return (
        SETS[row["name"]],
        f"{row['count']:,}",
        share(row["right"] / row["count"]),
        share_between(row["interval"]),
        f"{row['rejected']:,}" if whole else None,
        gap(row["calibration_error"]) if whole else None,
        share(row["coverage"]) if whole else None,
    )


def layouts(results: Results) -> str:
    """Every layout beside the one with most room, which comes first."""
    rows = [(row["name"], *right_of(row), f"{row['extra']:,}") for row in results["layouts"]["layouts"]]
    return table(("", "numbers right", "95 % interval", "too many"), rows)


def photos(results: Results) -> str:
    """Every photo, and all of them."""
    rows = results["numbers"]["photos"]
    total = {key: sum(row[key] for row in rows) for key in ("numbers", "right", "extra")}
    keys = ("name", "numbers", "right", "extra")
    lines = [tuple(row[key] for key in keys) for row in [*rows, {"name": "**all**", **total}]]
    return table(("picture", "numbers on it", "found and right", "extra"), lines)


def others_numbers(results: Results) -> str:
    """Other readers beside ours."""
    rows: list[tuple[object, ...]] = [(name, *percentages(values)) for name, *values in NUMBERS_OF_OTHERS]
    if "numbers" in results:
        found = results["numbers"]["measures"]
        names = ("cheques_dev", "sheet_sim", "unipen_strings_dev", "photos_found")
        rows.append(("**inkdigits**", *(share(found[name]["value"]) for name in names)))
    return table(("reader", "cheques²", "sheet_sim", "pen strings", "photos²"), rows)
