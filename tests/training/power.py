"""A power cut at a chosen moment of a training."""

from __future__ import annotations

from inkdigits.jobs.progress import Listener, Progress


class PowerCutError(Exception):
    """Stands for the power cut."""


def cut_at(stage: str, done: int = 0) -> Listener:
    """A listener that ends a training when it tells so.

    Args:
        stage: Such as ``"train"``; ``"export"`` leaves a finished checkpoint without a model, which takes longer to
            export than to train where it is this small.
        done: How much of the stage.
    """

    def cut(progress: Progress) -> None:
        if (progress.stage, progress.done) == (stage, done):
            raise PowerCutError

    return cut
