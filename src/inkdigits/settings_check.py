"""Settings that were given, or are in the environment, are checked by pydantic-settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import pydantic
from pydantic import ValidationError, create_model
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

from inkdigits.errors import OptionError
from inkdigits.settings import PREFIX, Settings

SECRETS = f"{PREFIX}SECRETS"


def check(values: Mapping[str, Any]) -> dict[str, Any]:
    """The value of each setting: what is given, else the environment's, else the default.

    Args:
        values: What is given.

    Raises:
        OptionError: A key is unknown or a value is out of range; the message names the key.
    """
    model = _model()
    try:
        checked = model(**values)
    except ValidationError as error:
        raise OptionError(_explain(error, sorted(model.model_fields))) from error
    return {name: getattr(checked, name) for name in model.model_fields}


@cache
def _model() -> type[BaseSettings]:
    """The declaration as pydantic has it."""
    types = get_type_hints(Settings, localns=vars(pydantic), include_extras=True)
    declared: dict[str, Any] = {
        item.name: (
            types[item.name],
            item.default if item.default_factory is MISSING else pydantic.Field(default_factory=item.default_factory),
        )
        for item in fields(Settings)
    }
    return create_model(Settings.__name__, __base__=_Sources, **declared)


class _Sources(BaseSettings):
    """Where settings come from: what is given, the environment, and the folder of secrets where there is one."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, protected_namespaces=())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """In the order in which they count."""
        folder = os.environ.get(SECRETS)
        if not folder:
            return init_settings, env_settings
        if not Path(folder).is_dir():
            raise OptionError(f"{SECRETS} is {folder}, which is no folder: name the folder of the secrets' files")
        return init_settings, env_settings, SecretsSettingsSource(settings_cls, secrets_dir=folder)


def _explain(error: ValidationError, names: list[str]) -> str:
    problems = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            problems.append(f"unknown setting {key!r}; choose from {', '.join(names)}")
        else:
            problems.append(f"setting {key!r}: {item['msg']} (got {item['input']!r})")
    return "; ".join(problems)
