"""Which readings are legal: what a caller expects of a number becomes one automaton."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from inkdigits.errors import OptionError
from inkdigits.recognition.automaton import Automaton, both, from_length, from_pattern, from_words
from inkdigits.recognition.pattern import DIGITS, SEPARATORS, names_separator, parse

_LONGEST = 64  # digits that may be asked for
_MOST_WORDS = 100_000  # in a list: a tree of some hundred thousand nodes, searched in a tenth of a second


def make_language(
    expect_length: int | None = None, pattern: str | None = None, allowed: Iterable[str | int] | None = None
) -> Automaton | None:
    r"""Puts together what a caller expects of a number.

    Args:
        expect_length: How many digits it has.
        pattern: What its digits look like, such as ``r"\d{5}"``; with a separator in it, what all of it looks like.
        allowed: The only numbers there are; if any of them has a separator, separators count in all.

    Returns:
        The automaton of readings that meet all of these, over the digits, or over digits and separators when these
        count; None when nothing is expected.

    Raises:
        OptionError: One of them makes no sense, or no reading can meet all.
    """
    if expect_length is None and pattern is None and allowed is None:
        return None
    return _make(_check_length(expect_length), _check_pattern(pattern), _check_list(allowed))


@lru_cache(maxsize=8)  # one of 100,000 words takes 43 MB
def _make(expect_length: int | None, pattern: str | None, allowed: tuple[str, ...] | None) -> Automaton:
    words = None if allowed is None else _check_words(allowed)
    rules = []
    if expect_length is not None:
        rules.append(from_length(expect_length))
    if pattern is not None:
        rules.append(_from_pattern(pattern))
    if words is not None:
        legal = [word for word in words if all(rule.allows(word) for rule in rules)]
        rules = [from_words(legal, _alphabet(any(sign in SEPARATORS for word in words for sign in word)))]
    language = rules[0] if len(rules) == 1 else both(*rules)
    if language.empty or not language.accepts.any() or not language.has_digits:
        raise OptionError(f"no number can meet {_named(expect_length, pattern, words)}")
    return language


def _from_pattern(pattern: str) -> Automaton:
    node = parse(pattern)
    return from_pattern(node, _alphabet(names_separator(node)))


def _alphabet(with_separators: bool) -> str:
    return DIGITS + SEPARATORS if with_separators else DIGITS


def _named(expect_length: int | None, pattern: str | None, words: tuple[str, ...] | None) -> str:
    given = {"expect_length": expect_length, "pattern": pattern, "allowed": words}
    return " and ".join(name for name, value in given.items() if value is not None)


def _check_length(length: object) -> int | None:
    if length is None:
        return None
    if not isinstance(length, int) or isinstance(length, bool) or not 1 <= length <= _LONGEST:
        raise OptionError(f"expect_length is {length!r}: give a whole number from 1 to {_LONGEST}")
    return length


def _check_pattern(pattern: object) -> str | None:
    if pattern is None or (isinstance(pattern, str) and pattern):
        return pattern
    raise OptionError(f"the pattern is {pattern!r}: give a text such as '\\d{{5}}'")


def _check_list(allowed: object) -> tuple[str, ...] | None:
    if allowed is None:
        return None
    if isinstance(allowed, (str, bytes)) or not isinstance(allowed, Iterable):
        raise OptionError(f"allowed is {allowed!r}: give a list of numbers")
    return tuple(map(str, allowed))


def _check_words(allowed: tuple[str, ...]) -> tuple[str, ...]:
    if not allowed:
        raise OptionError("allowed is empty: give at least one number")
    if len(allowed) > _MOST_WORDS:
        raise OptionError(f"allowed has {len(allowed):,} numbers, the limit is {_MOST_WORDS:,}: give a pattern instead")
    return tuple(dict.fromkeys(_check_word(item) for item in allowed))


def _check_word(item: str) -> str:
    word = item.replace(" ", "")
    strange = word.strip(DIGITS + SEPARATORS)
    if strange:
        raise OptionError(f"allowed number {item!r} has {strange[0]!r}: only digits and {SEPARATORS} are read")
    if not word.strip(SEPARATORS):
        raise OptionError(f"allowed number {item!r} has no digit")
    return word
