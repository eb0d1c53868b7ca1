"""``Plan``: what a study looks for, and where its trials are kept; decided once, written into its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkdigits.errors import OptionError
from inkdigits.jobs.files import read_json, write_json
from inkdigits.settings import Settings
from inkdigits.training.config import TrainConfig
from inkdigits.training.space import SPACE

if TYPE_CHECKING:
    from sqlalchemy import URL

RECORD, DATABASE = "study.json", "study.db"
PROXY: Mapping[str, Any] = {
    "epochs": 6,
    "epoch_size": 8_000,
    "batch_size": 128,
    "ema": 0.98,
    "last_rate": 4e-5,
    "validate_every": 1,
}
"""How a trial differs from a whole training, unless it is told otherwise: it is short."""

_EMBEDDED_NAME = "digit"
_OF_A_MACHINE = ("own", "device")  # settings in which machines that share a study may differ


@dataclass(frozen=True, slots=True)
class Plan:
    """A study's plan.

    Attributes:
        folder: Of the study.
        fixed: Settings that no trial changes, as they were given.
        storage: Address of the database that machines share; None is SQLite in the folder.
        name: Of the study in its database.
    """

    folder: Path
    fixed: Mapping[str, Any]
    storage: str | None
    name: str

    @classmethod
    def settle(
        cls,
        folder: Path,
        fixed: Mapping[str, Any] | None = None,
        storage: str | None = None,
        name: str | None = None,
    ) -> Plan:
        """Writes the plan of a new study, or reads that of one which goes on.

        Args:
            folder: Of the study.
            fixed: Settings that no trial changes, also those of ``PROXY``; None or none at all goes on with those that
                there are.
            storage: Address of a database; None goes on with the one that there is.
            name: Of the study in that database; None takes the folder's name.

        Raises:
            OptionError: A setting is unknown, all are fixed, or the folder's study has other ones.
        """
        saved = read_json(folder / RECORD)
        if saved is None:
            plan = cls(folder, dict(fixed or {}), storage, _name(folder, storage, name))
            plan.check()
            plan.write()
            return plan
        plan = cls(folder, saved["fixed"], saved["storage"], saved["name"])
        if fixed and cls(folder, fixed, None, "").base != plan.base:
            raise OptionError(
                f"{folder} was started with other settings (see {folder / RECORD}): use another --study folder"
            )
        if storage not in (None, plan.storage) or name not in (None, plan.name):
            raise OptionError(
                f"the study in {folder} is kept elsewhere: leave out --storage and --name, or use another"
            )
        return plan

    @classmethod
    def read(cls, folder: Path) -> Plan:
        """The plan of a study that was started. Raises OptionError when there is none."""
        if not (folder / RECORD).is_file():
            raise OptionError(f"there is no study in {folder}: start one with inkdigits tune --study {folder}")
        return cls.settle(folder)

    @property
    def base(self) -> TrainConfig:
        """The settings of a trial before it chooses."""
        return TrainConfig.resolve({**PROXY, **self.fixed})

    @property
    def free(self) -> list[str]:
        """The settings that trials choose."""
        return [name for name in SPACE if name not in self.fixed]

    @property
    def shared(self) -> dict[str, Any]:
        """What all machines of a study must agree on."""
        return {name: value for name, value in self.base.to_dict().items() if name not in _OF_A_MACHINE}

    @property
    def address(self) -> URL:
        """Where the trials are. Raises OptionError when it is no address, or of a database that is not known."""
        from sqlalchemy import URL

        from inkdigits.storage.database import database_url

        if self.storage is None:
            return URL.create("sqlite", database=str((self.folder / DATABASE).resolve()))
        return database_url(Settings.resolve({"database_url": self.storage}))

    def check(self) -> None:
        """Raises OptionError when nothing can be looked for, or nowhere."""
        if self.base and self.address and not self.free:
            raise OptionError(f"every setting is fixed: leave out one of {', '.join(SPACE)}")

    def write(self) -> None:
        """Keeps the plan; for its owner alone, since the address of a database may hold a password."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / RECORD).touch(mode=0o600)
        write_json(self.folder / RECORD, {"fixed": self.fixed, "storage": self.storage, "name": self.name})
        (self.folder / RECORD).chmod(0o600)

    def trial(self, chosen: Mapping[str, Any]) -> TrainConfig:
        """All settings of a trial."""
        return TrainConfig.resolve({**self.base.to_dict(), **chosen})

    def whole(self, chosen: Mapping[str, Any], **others: Any) -> TrainConfig:
        """All settings of a whole training with what a trial chose: as long as the shipped one, unless told else."""
        kept = {name: value for name, value in self.fixed.items() if name not in PROXY}
        return TrainConfig.resolve({**kept, **chosen, **others})


def _name(folder: Path, storage: str | None, name: str | None) -> str:
    return name or (folder.resolve().name if storage else _EMBEDDED_NAME)
