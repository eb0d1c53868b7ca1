"""What each figure means, in one line: the same in the report and in the app."""

from __future__ import annotations

from inkdigits.evaluation.judge import Evaluation

CONFUSION = "How often each written digit (row) got each answer (column). The diagonal is right."
RELIABILITY = "How often the model is right when it is so sure. On the dashed line, confidence keeps its word."
RISK = "Share of errors when only the surest answers are taken. Lower and longer is better."
CLASSES = (
    "Precision: of the answers with this digit, how many are right. Recall: of the written ones, how many were read; "
    "a refusal counts as a miss. F1: the harmonic mean of both."
)
MISTAKES = "The mistakes of which the model was most sure; what it refused comes last."
COMPARED = (
    "Only digits that one model reads right and the other wrong tell them apart. p is the chance of a split at least "
    "as uneven if both were equally good (McNemar's exact test); below 0.05 it is hardly luck."
)


def share(value: float | None, places: int = 2) -> str:
    """A share as a percentage; a dash when there is none."""
    return "–" if value is None else f"{100 * value:.{places}f} %"


def figures(found: Evaluation) -> list[tuple[str, str, str]]:
    """Name, value and meaning of the single figures."""
    low, high = found.interval
    return [
        ("Right", share(found.accuracy), f"{found.errors:,} errors in {found.count:,}, refused or not"),
        ("95 % interval", f"{share(low)} to {share(high)}", "where the share that is right lies (Wilson)"),
        ("Refused", f"{found.refused:,}", "blank, not a digit, or unsure"),
        ("Named wrongly", f"{found.wrong:,}", "wrong, and not refused"),
        ("Log loss", f"{found.log_loss:.4f}", "0 is best; being sure and wrong costs most"),
        ("Calibration error", share(found.calibration_error), "mean gap between confidence and accuracy"),
        *[
            (f"Taken at {share(risk, 1)} errors", share(taken, 1), "share of digits that needs no second look")
            for risk, taken in found.coverage
        ],
    ]
