"""What a user gains with a few hundred labelled fields of their own: fine-tuned on some cheques, measured on others."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

from benchmarks.numbers import read_told
from benchmarks.results import Result, measure
from inkdigits import Reader
from inkdigits.evaluation.number_sets import Fields, cheques
from inkdigits.evaluation.numbers import Answers, summary
from inkdigits.training.lines.finetune import finetune_line

LABELS = Path(__file__).with_name("cheque_labels.csv")
"""Labels of the split ``dev`` that contradict their picture, looked at one by one; the bars are judged as labelled."""


def run(data: Path, folder: Path, limit: int | None = None) -> Result:
    """Fine-tunes on the split ``fit`` and reads the split ``dev``.

    Args:
        data: The data folder.
        folder: Where the fields are laid out and the model goes; emptied first.
        limit: Learn from so many fields, and read so many.
    """
    shutil.rmtree(folder, ignore_errors=True)
    learned = _lay_out(data, folder / "fields", limit)
    model = finetune_line(folder / "run", folder / "fields", data=data)
    answers = read_told(Reader({"line_model": model}), cheques(data), limit)
    row = {"name": "cheques_finetuned", **summary(answers)}
    mended = {"name": "cheques_finetuned_mended", **summary(_mend(answers, cheques(data)))}
    share = measure(row["right"] / row["count"], row["count"], tuple(row["interval"]))
    measures = {"cheques_finetuned": share, "cheques_coverage": measure(row["coverage"], row["count"])}
    return {"learned_from": learned, "sets": [row, mended], "measures": measures}


def _mend(answers: Answers, fields: Fields) -> Answers:
    """The same answers, against what is written where a label plainly says something else."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        written = {row["file"]: row["written"] for row in csv.DictReader(file)}
    truth = (written.get(Path(source).name, text) for source, text in zip(fields.sources, answers.truth, strict=False))
    return replace(answers, truth=tuple(truth))


def _lay_out(data: Path, folder: Path, limit: int | None) -> int:
    """Writes the folder that ``inkdigits train line --finetune`` asks of a user."""
    folder.mkdir(parents=True)
    fields = cheques(data, "fit")
    rows = list(zip(fields.sources, fields.texts, strict=True))[:limit]
    for source, _ in rows:
        shutil.copyfile(source, folder / source.name)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("file", "label"), *((source.name, text) for source, text in rows)])
    return len(rows)
