"""One of many that send the same request at the same time, in a process of its own."""

from __future__ import annotations

import json

from inkdigits.settings import Settings
from inkdigits.storage.answers import Answer, Answers
from inkdigits.storage.database import Database
from storage.made import ANN


def attempt(settings: str, number: int) -> str:
    """Claims a request, answers it when it may; gives what became of the claim."""
    database = Database(Settings.resolve(json.loads(settings)))
    answers = Answers(database)
    claim = answers.claim(ANN, f"round {number}", "request")
    if claim.state == "mine":
        answers.keep(claim, Answer(200, "text/plain", claim.name.encode()))
    database.close()
    return claim.state
