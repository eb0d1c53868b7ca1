"""All settings in one place; each can be set by an environment variable ``INKDIGITS_<NAME>``.

Where secrets are files, as in containers, ``INKDIGITS_SECRETS`` names their folder: a file there is called like the
variable, in small letters if one likes, such as ``inkdigits_database_password``. A variable wins over its file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from platformdirs import user_data_path

if TYPE_CHECKING:
    from pydantic import Field, SecretStr

PREFIX = "INKDIGITS_"


@dataclass(frozen=True, init=False)
class Settings:
    """Limits on input, and how the network is run.

    Attributes:
        max_bytes: Largest encoded picture that is opened, in bytes.
        max_pixels: Largest picture that is decoded, in pixels (width x height).
        max_side: Longest side that is decoded, in pixels.
        max_pages: Most pages of one document (PDF, TIFF).
        max_points: Most pen points in one drawing.
        threads: Worker threads for batches; 0 means one a processor this process may use.
        batch_size: Digits sent through the network at a time.
        model: A model file (.onnx) of single digits to use instead of the shipped one.
        line_model: The same for the model that reads lines.
        data: Folder with data sets for training and evaluation.
        home: Folder of your own models and training runs; nothing is created there until one is kept.
        database_url: Where readings are kept, such as postgresql://user:password@host/name; None is a file in ``home``.
        database_password: Password for ``database_url``, where that has none.
        blobs: Folder of the pictures of kept readings, or any place that fsspec opens; None is a folder in ``home``.
        history: Whether readings are kept: True lets every door keep them, False keeps none, None lets the user decide.
        keep_days: Days after which kept readings are deleted, whatever the user decides; None leaves it to the user.
        auth: Who may use the app: "off" is one person without an account, "local" is people with passwords kept here,
            "oidc" is people who sign in at an OpenID provider.
        session_hours: Hours without use after which a sign-in ends; after 30 days it ends in any case.
        oidc_claim: The claim of the provider that gives the role, such as "roles" or "realm_access.roles".
        oidc_roles: Which role a word in that claim gives, as {"ink-admins": "admin"}; empty when both are the same.
        service_keys: Whether the service asks for a key even where there are no accounts otherwise.
        service_rate: Requests a minute that one key may send; 0 is no limit.
        service_max_body: Largest body of one request to the service, in bytes.
        service_max_files: Most pictures in one request.
        service_workers: Processes that read for the service; 0 reads with threads of its own.
        service_requests: Requests that may be open at a time; one more is answered 429.
        service_memory: Bytes that the bodies of all requests may take together.
        service_queue: Pictures that may wait to be read; a request that finds more is answered 429.
        service_timeout: Seconds that the reading of a request may take, with its waiting.
        service_patience: Seconds that a request's head, and a small body, may take to arrive.
        batch_root: Folder of this server that admins may read from on the Batch page, with all below it; None is none.
    """

    max_bytes: Annotated[int, Field(gt=0)] = 64 * 2**20
    max_pixels: Annotated[int, Field(gt=0)] = 100_000_000
    max_side: Annotated[int, Field(gt=0)] = 20_000
    max_pages: Annotated[int, Field(gt=0)] = 500
    max_points: Annotated[int, Field(gt=0)] = 200_000
    threads: Annotated[int, Field(ge=0, le=256)] = 0
    batch_size: Annotated[int, Field(ge=1, le=4096)] = 128
    model: Path | None = None
    line_model: Path | None = None
    data: Path | None = None
    home: Path = field(default_factory=lambda: user_data_path("inkdigits"))
    database_url: str | None = None
    database_password: SecretStr | None = None
    blobs: str | None = None
    history: bool | None = None
    keep_days: Annotated[int | None, Field(ge=1)] = None
    auth: Literal["off", "local", "oidc"] = "off"
    session_hours: Annotated[int, Field(ge=1, le=720)] = 12
    oidc_claim: Annotated[str, Field(min_length=1)] = "role"
    oidc_roles: dict[str, Literal["user", "reviewer", "admin"]] = field(default_factory=dict)
    service_keys: bool = False
    service_rate: Annotated[int, Field(ge=0)] = 600
    service_max_body: Annotated[int, Field(gt=0)] = 64 * 2**20
    service_max_files: Annotated[int, Field(ge=1)] = 100
    service_workers: Annotated[int, Field(ge=0, le=256)] = 0
    service_requests: Annotated[int, Field(ge=1)] = 1000
    service_memory: Annotated[int, Field(gt=0)] = 512 * 2**20
    service_queue: Annotated[int, Field(ge=1)] = 256
    service_timeout: Annotated[float, Field(gt=0)] = 30.0
    service_patience: Annotated[float, Field(gt=0)] = 10.0
    batch_root: Path | None = None

    def __init__(self, **values: Any) -> None:
        """Takes what is given, then the environment, then the defaults.

        pydantic-settings does it, but only where there is something to check: it takes as long to import as everything
        else that reads a digit.

        Raises:
            OptionError: A key is unknown or a value is out of range; the message names the key.
        """
        if values or any(name.upper().startswith(PREFIX) for name in os.environ):
            from inkdigits.settings_check import check

            values = check(values)
        else:
            values = _defaults()
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @classmethod
    def resolve(cls, value: Settings | Mapping[str, Any] | None) -> Settings:
        """Returns settings from nothing (environment and defaults), a mapping, or an instance.

        Raises:
            OptionError: A key is unknown or a value is out of range; the message names the key.
        """
        return value if isinstance(value, Settings) else cls(**(value or {}))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """What can be set."""
        return tuple(item.name for item in fields(cls))

    def changed(self, values: Mapping[str, Any]) -> Settings:
        """A copy with other values. Raises OptionError as the constructor does."""
        return type(self)(**{**{name: getattr(self, name) for name in self.names()}, **values})


def _defaults() -> dict[str, Any]:
    return {
        item.name: item.default if item.default_factory is MISSING else item.default_factory()
        for item in fields(Settings)
    }
