"""The log of the service: one line a request, JSON or text, on standard error; never a picture or what it says."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime, timezone

FORMATS = ("json", "text")
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


class JsonLines(logging.Formatter):
    """A JSON object a record; what a caller gives as ``extra`` are further members."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            **{name: value for name, value in vars(record).items() if name not in _PLAIN},
        }
        if told.get("event") != "request":
            told |= {"logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


class Words(logging.Formatter):
    """The same for people."""

    def __init__(self) -> None:
        """Time, level and message; of a request, how long it took."""
        super().__init__("{asctime} {levelname:<7} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = super().format(record)
        return f"{line} {vars(record)['ms']} ms" if "ms" in vars(record) else line


def set_up(form: str, level: str = "info") -> None:
    """Sends all logs of the process to standard error in one form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else Words())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns of each byte that clients get wrong
    logging.getLogger("alembic").setLevel(logging.WARNING)  # each step of looking whether the database is up to date
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
