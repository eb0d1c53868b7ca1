"""What the Train and Tune pages have in common: work with a name, that is started, chosen, acted on and told of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Literal

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.web.accounts.gate import as_admin
from inkdigits.web.deleting import ask_to_delete
from inkdigits.web.picker import pick

STATES = {
    "finished": "finished",
    "stopped": "stopped",
    "failed": "failed",
    "lost": "stopped unexpectedly",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One kind of work.

    Attributes:
        what: ``"run"`` or ``"study"``: in names, keys and the audit log.
        title: What the choice of one is called.
        running: The state of one that is at work, in a word.
    """

    what: str
    title: str
    running: str

    def state(self, state: str) -> str:
        """A state in words."""
        return self.running if state == "running" else STATES[state]

    def free_name(self, taken: Collection[str]) -> str:
        """A name that no other has."""
        return next(name for name in (f"{self.what}-{number}" for number in count(1)) if name not in taken)

    def start(self, name: str, begin: Callable[[], Path]) -> None:
        """Starts new work, and shows it from now on; what is wrong is drawn. Ends the page's run when it started."""
        try:
            with st.spinner("Starting"):
                folder = as_admin("training", f"{self.what}: start {name}", begin)
        except InkDigitsError as error:
            st.error(f"**The {self.title.lower()} did not start:** {error}", icon=":material/error:")
            return
        st.session_state[self._key("chosen")] = folder.name
        st.rerun()

    def choose(self, states: Mapping[str, str]) -> str:
        """Draws the choice of one where there are several. Its words never tell more than name and state.

        Args:
            states: Name -> state of each, the newest first.
        """
        titles = {name: f"{name} · {self.state(state)}" for name, state in states.items()}
        return pick(self.title, titles, self._key("chosen"))

    def button(
        self, name: str, label: str, icon: str, key: str, act: Callable[[], str | None], primary: bool = False
    ) -> None:
        """A button that does something to the work of a name, and lets the page tell what came of it."""
        kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
        if st.button(label, icon=f":material/{icon}:", key=f"{self.what}_{key}", type=kind):
            self._do(label, name, act)
            st.rerun()

    def delete_button(self, folder: Path, words: str) -> None:
        """A button that deletes the work in a folder, after it has asked; ``words`` say what is lost."""
        from inkdigits.jobs.process import delete

        if st.button("Delete", icon=":material/delete:", key=f"{self.what}_delete"):
            act = partial(self._do, "Delete", folder.name, lambda: delete(folder))
            ask_to_delete(self.title.lower(), words, act, key=f"{self.what}_delete")

    def _do(self, label: str, name: str, act: Callable[[], str | None]) -> None:
        try:
            done = as_admin("training", f"{self.what}: {label.lower()} {name}", act)
            st.session_state[self._key("said")] = (True, done or "")
        except InkDigitsError as error:
            st.session_state[self._key("said")] = (False, str(error))

    def show_said(self) -> None:
        """Draws what came of the last action, once."""
        good, words = st.session_state.pop(self._key("said"), (True, ""))
        if words:
            (st.success if good else st.error)(words, icon=":material/check:" if good else ":material/error:")

    def show_log(self, folder: Path, unfolded: bool = False) -> None:
        """Draws what a worker printed last, and where its folder is."""
        from inkdigits.jobs.process import last_words

        with st.expander("Log", icon=":material/notes:", expanded=unfolded):
            st.code(last_words(folder) or "Nothing yet.", language=None, wrap_lines=True)
            st.caption(f"The {self.what}'s folder: `{folder}`")

    def _key(self, name: str) -> str:
        return f"studio.{self.what}.{name}"


RUN = Frame("run", "Training", "training")
STUDY = Frame("study", "Study", "searching")


def threads() -> int:
    """How many threads work in the background takes: the application wants to answer meanwhile."""
    from inkdigits.recognition.engine import processors

    return max(1, processors() - 1)
