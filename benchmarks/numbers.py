"""How many numbers are read exactly: fields of one number, and photos and scans with many."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import Result, measure
from inkdigits import Reader
from inkdigits.evaluation import wilson
from inkdigits.evaluation.number_sets import FIELD_SETS, Fields, Sheet, photos
from inkdigits.evaluation.numbers import Answers, counts, read_fields, read_sheet, summary


def run(reader: Reader, data: Path, limit: int | None = None) -> Result:
    """Reads every labelled set of numbers through the public doors.

    Args:
        reader: The reader to judge.
        data: The data folder.
        limit: At most so many fields of each set, and so many photos.
    """
    sets, measures = [], {}
    for name, load in FIELD_SETS.items():
        fields = load(data)
        answers = read_told(reader, fields, limit)
        sets.append({"name": name, **summary(answers)})
        measures[name] = _share(answers.right)
        for part, members in (fields.parts or {}).items():
            chosen = [answers.right[index] for index in members if index < len(answers.right)]
            sets.append({"name": f"{name}: {part}", **counts(chosen)})
            measures[f"{name}_{part}"] = _share(chosen)
    sheets = [_read_sheet(reader, sheet) for sheet in photos(data)[:limit]]
    found, labelled = sum(sheet["right"] for sheet in sheets), sum(sheet["numbers"] for sheet in sheets)
    extra = sum(sheet["extra"] for sheet in sheets)
    measures["photos_found"] = measure(found / labelled, labelled, wilson(found, labelled))
    measures["photos_extra"] = measure(extra / labelled, labelled, wilson(min(extra, labelled), labelled))
    print(f"photos: {found} of {labelled} numbers right, {extra} extra", flush=True)
    return {"sets": sets, "photos": sheets, "measures": measures}


def read_told(reader: Reader, fields: Fields, limit: int | None = None) -> Answers:
    """Reads fields of one number each, and prints how it went."""
    answers = read_fields(reader, fields, limit)
    row = summary(answers)
    print(f"{row['right']} of {row['count']} exactly right, coverage {row['coverage']:.1%}", flush=True)
    return answers


def _read_sheet(reader: Reader, sheet: Sheet) -> Result:
    row = read_sheet(reader, sheet)
    print(f"{row['name']:24} {row['right']:3} of {row['numbers']:3} right, {row['extra']} extra", flush=True)
    return row


def _share(right: Sequence[bool]) -> Result:
    return measure(sum(right) / max(1, len(right)), len(right), wilson(sum(right), len(right)))
