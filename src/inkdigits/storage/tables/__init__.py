"""The tables; importing this names them all to the migrations."""

from inkdigits.storage.tables.answers import AnswerRow
from inkdigits.storage.tables.audit import AuditRow
from inkdigits.storage.tables.base import Base
from inkdigits.storage.tables.keys import KeyRow
from inkdigits.storage.tables.people import AttemptRow, PersonRow, SessionRow
from inkdigits.storage.tables.pictures import PictureRow
from inkdigits.storage.tables.privacy import PrivacyRow
from inkdigits.storage.tables.readings import CorrectionRow, ReadingRow

__all__ = [
    "AnswerRow",
    "AttemptRow",
    "AuditRow",
    "Base",
    "CorrectionRow",
    "KeyRow",
    "PersonRow",
    "PictureRow",
    "PrivacyRow",
    "ReadingRow",
    "SessionRow",
]
