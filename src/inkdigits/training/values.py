"""What a setting may be: each rule takes a value, also as text, or says what is wrong with it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Protocol

from inkdigits.errors import OptionError


class Rule(Protocol):
    """Takes a value for a setting."""

    def take(self, name: str, value: Any) -> Any:
        """The value in its own type. Raises OptionError, which names the setting, the value and what would do."""


class Count:
    """A whole number from ``low`` to ``high``."""

    def __init__(self, low: int, high: int) -> None:
        """Both bounds are included."""
        self.low, self.high = low, high

    def take(self, name: str, value: Any) -> int:
        """See :class:`Rule`."""
        number = _number(value)
        if number is None or number != int(number) or not self.low <= number <= self.high:
            raise _wrong(name, value, f"must be a whole number from {self.low:,} to {self.high:,}")
        return int(number)


class Rate:
    """A number from ``low`` to ``high``."""

    def __init__(self, low: float, high: float, above: bool = False) -> None:
        """Both bounds are included, but for ``low`` when ``above`` is set."""
        self.low, self.high, self.above = low, high, above

    def take(self, name: str, value: Any) -> float:
        """See :class:`Rule`."""
        number = _number(value)
        if number is None or not self.low <= number <= self.high or (self.above and number == self.low):
            begin = f"above {self.low:g} and at most" if self.above else f"from {self.low:g} to"
            raise _wrong(name, value, f"must be a number {begin} {self.high:g}")
        return number


class Choice:
    """One of a few values."""

    def __init__(self, *choices: Any) -> None:
        """All that there are."""
        self.choices = choices

    def take(self, name: str, value: Any) -> Any:
        """See :class:`Rule`."""
        for choice in self.choices:
            if value == choice or (isinstance(value, str) and value.strip() == str(choice)):
                return choice
        raise _wrong(name, value, f"must be one of {', '.join(map(str, self.choices))}")


class Words:
    """Any text."""

    def take(self, name: str, value: Any) -> str:
        """See :class:`Rule`."""
        if not isinstance(value, str):
            raise _wrong(name, value, "must be a text")
        return value


class Shares:
    """Numbers by name, none of them negative; as text, a JSON object."""

    def __init__(self, whole: bool = False) -> None:
        """``whole``: whole numbers alone."""
        self.whole = whole

    def take(self, name: str, value: Any) -> dict[str, Any]:
        """See :class:`Rule`."""
        entries = _parsed(value) if isinstance(value, str) else value
        if not isinstance(entries, Mapping) or not entries:
            raise _wrong(name, value, 'must be numbers by name, such as {"vector": 2000}')
        numbers = {str(key): _number(entry) for key, entry in entries.items()}
        for key, number in numbers.items():
            if number is None or number < 0 or (self.whole and number != int(number)):
                raise _wrong(f"{name}.{key}", entries[key], f"must be a {'whole ' * self.whole}number, 0 or more")
        return {key: int(number) if self.whole else number for key, number in numbers.items() if number is not None}


def take_all(rules: Mapping[str, Rule], values: Mapping[str, Any] | None, what: str = "training") -> dict[str, Any]:
    """The values of some settings, each as its rule has it.

    Args:
        rules: What each setting may be.
        values: Settings by name; None for none.
        what: Which settings these are, for the message.

    Raises:
        OptionError: A setting is unknown, or a value breaks its rule; the message names it.
    """
    return {name: find_rule(rules, name, what).take(name, value) for name, value in dict(values or {}).items()}


def find_rule(rules: Mapping[str, Rule], name: str, what: str = "training") -> Rule:
    """What a setting may be. Raises OptionError, with all names, when there is no such setting."""
    if name not in rules:
        raise OptionError(f"unknown {what} setting {name!r}; choose from {', '.join(rules)}")
    return rules[name]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


def _wrong(name: str, value: Any, wanted: str) -> OptionError:
    return OptionError(f"training setting {name!r} {wanted}, not {value!r}")
