"""What is asked of a picture: what it holds, and which numbers are legal on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from inkdigits import OptionError, Reader, Reading
from inkdigits.wish import Wish

EXPECTED = {"page": "Anything", "number": "One number", "digit": "One digit"}
LONGEST = 32

_PATTERN_HELP = (
    "What every number looks like: `\\d` is any digit, `\\d{5}` five of them, `[1-3]` one of 1 to 3, `(10|20)` one of "
    "the two, `?` `*` `+` as usual. Example: `\\d{5}`"
)
_ALLOWED_HELP = "The only numbers that may be read, one a line or separated by commas or spaces."


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader is asked; the same question on the same picture has the same answer.

    Attributes:
        expect: ``"page"``, ``"number"`` or ``"digit"``.
        length: Digits in every number, 0 for any.
        pattern: A pattern that every number fits, ``""`` for any.
        allowed: The legal numbers, empty for any.
    """

    expect: str = "page"
    length: int = 0
    pattern: str = ""
    allowed: tuple[str, ...] = ()

    @property
    def limits(self) -> dict[str, Any]:
        """The constraints as :meth:`Reader.read` takes them; a single digit knows none."""
        if self.expect == "digit":
            return {}
        given = {"expect_length": self.length, "pattern": self.pattern, "allowed": self.allowed}
        return {name: value for name, value in given.items() if value}

    @property
    def narrow(self) -> bool:
        """True when not every number is legal."""
        return bool(self.limits)

    @property
    def problem(self) -> str:
        """Why the constraints make no sense, ``""`` when they do."""
        try:
            Wish.of(self.expect, **self.limits)
        except OptionError as error:
            return str(error)
        return ""

    @property
    def told(self) -> str:
        """The constraints in words."""
        parts = [
            f"of {self.length} {'digit' if self.length == 1 else 'digits'}" if self.length else "",
            f"like `{self.pattern}`" if self.pattern else "",
            f"from a list of {len(self.allowed):,}" if self.allowed else "",
        ]
        return ", ".join(part for part in parts if part)

    def read(self, reader: Reader, page: Any, *, trace: bool = False) -> Reading:
        """Reads one page.

        Raises:
            OptionError: The pattern or the list is malformed.
        """
        return reader.read(page, expect=self.expect, trace=trace, **self.limits)


def ask(key: str) -> Question:
    """Draws the choice of what a picture holds and, folded, which numbers are legal; keeps them for the visit.

    Args:
        key: Unique on the page and the same on every rerun.
    """
    kept = f"{key}.kept"
    last: Question = st.session_state.get(kept, Question())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        expect = st.segmented_control(
            "What is on the picture?",
            list(EXPECTED),
            default=last.expect,
            format_func=EXPECTED.__getitem__,
            key=f"{key}_expect",
            required=True,
        )
        limits = last if expect == "digit" else _ask_limits(key, last)
    question = replace(limits, expect=expect)
    st.session_state[kept] = question
    if question.narrow:
        st.caption(f"Only numbers {question.told}.")
    return question


def _ask_limits(key: str, last: Question) -> Question:
    with st.popover("Only certain numbers", icon=":material/tune:"):
        length = st.number_input(
            "Digits in each number",
            min_value=1,
            max_value=LONGEST,
            value=last.length or None,
            placeholder="any",
            key=f"{key}_length",
        )
        pattern = st.text_input(
            "Pattern", last.pattern, placeholder="any", max_chars=200, help=_PATTERN_HELP, key=f"{key}_pattern"
        )
        allowed = st.text_area(
            "Legal numbers", "\n".join(last.allowed), placeholder="any", help=_ALLOWED_HELP, key=f"{key}_allowed"
        )
        question = Question(last.expect, int(length or 0), (pattern or "").strip(), split(allowed or ""))
        if question.problem:  # also told on the page, but there the open fold may cover it
            st.markdown(f":red[{question.problem}]")
    return question


def split(text: str) -> tuple[str, ...]:
    """The entries of a list as people write them: one a line, or with commas, semicolons or spaces between."""
    return tuple(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))
