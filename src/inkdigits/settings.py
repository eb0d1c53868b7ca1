"""All settings in one place; each can be set by an environment variable ``INKDIGITS_<NAME>``.

Where secrets are files, as in containers, ``INKDIGITS_SECRETS`` names their folder: a file there is called like the
variable, in small letters if one likes, such as ``inkdigits_database_password``. A variable wins over its file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

from inkdigits.errors import OptionError


class Settings(BaseSettings):
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
        service_memory: Bytes that the bodies of all requests may take together.
        service_queue: Pictures that may wait to be read; a request that finds more is answered 429.
        service_timeout: Seconds that the reading of a request may take, with its waiting.
        service_patience: Seconds that a request's head, and a small body, may take to arrive.
        batch_root: Folder of this server that admins may read from on the Batch page, with all below it; None is none.
    """

    model_config = SettingsConfigDict(env_prefix="INKDIGITS_", extra="forbid", frozen=True)

    max_bytes: int = Field(default=64 * 2**20, gt=0)
    max_pixels: int = Field(default=100_000_000, gt=0)
    max_side: int = Field(default=20_000, gt=0)
    max_pages: int = Field(default=500, gt=0)
    max_points: int = Field(default=200_000, gt=0)
    threads: int = Field(default=0, ge=0, le=256)
    batch_size: int = Field(default=128, ge=1, le=4096)
    model: Path | None = None
    line_model: Path | None = None
    data: Path | None = None
    home: Path = Field(default_factory=lambda: user_data_path("inkdigits"))
    database_url: str | None = None
    database_password: SecretStr | None = None
    blobs: str | None = None
    history: bool | None = None
    keep_days: int | None = Field(default=None, ge=1)
    auth: Literal["off", "local", "oidc"] = "off"
    session_hours: int = Field(default=12, ge=1, le=720)
    oidc_claim: str = Field(default="role", min_length=1)
    oidc_roles: dict[str, Literal["user", "reviewer", "admin"]] = Field(default_factory=dict)
    service_keys: bool = False
    service_rate: int = Field(default=600, ge=0)
    service_max_body: int = Field(default=64 * 2**20, gt=0)
    service_max_files: int = Field(default=100, ge=1)
    service_memory: int = Field(default=512 * 2**20, gt=0)
    service_queue: int = Field(default=256, ge=1)
    service_timeout: float = Field(default=30.0, gt=0)
    service_patience: float = Field(default=10.0, gt=0)
    batch_root: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where settings come from: what is given, the environment, and the folder of secrets where there is one."""
        folder = os.environ.get("INKDIGITS_SECRETS")
        if not folder:
            return init_settings, env_settings
        if not Path(folder).is_dir():
            raise OptionError(
                f"INKDIGITS_SECRETS is {folder}, which is no folder: name the folder of the secrets' files"
            )
        return init_settings, env_settings, SecretsSettingsSource(settings_cls, secrets_dir=folder)

    @classmethod
    def resolve(cls, value: Settings | Mapping[str, Any] | None) -> Settings:
        """Returns settings from nothing (environment and defaults), a mapping, or an instance.

        Raises:
            OptionError: A key is unknown or a value is out of range; the message names the key.
        """
        if isinstance(value, cls):
            return value
        try:
            return cls(**dict(value or {}))
        except ValidationError as error:
            raise OptionError(_explain(error, sorted(cls.model_fields))) from error


def _explain(error: ValidationError, names: list[str]) -> str:
    problems = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            problems.append(f"unknown setting {key!r}; choose from {', '.join(names)}")
        else:
            problems.append(f"setting {key!r}: {item['msg']} (got {item['input']!r})")
    return "; ".join(problems)
