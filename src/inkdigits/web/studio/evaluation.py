"""What an evaluation came to: figures, charts, the comparison, and the mistakes to click on."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.evaluation.measured import Measured, Mistake, comparisons
from inkdigits.evaluation.models import open_model
from inkdigits.evaluation.report import to_page, words
from inkdigits.evaluation.report.tables import classes_table, comparison_table, figures_table
from inkdigits.reader import Reader
from inkdigits.settings import Settings
from inkdigits.training.datasets import Pictures
from inkdigits.web.answer.details import show_road
from inkdigits.web.answer.heat import image_tag
from inkdigits.web.studio.evaluation_charts import (
    ANSWERS,
    CELL,
    REFUSED_TITLE,
    confusion_chart,
    confusion_words,
    show_curves,
)

SHOWN = 12
ANY = "any"
CHART_HEIGHT = 380
_CHART, _WRITTEN, _READ, _LIMIT = "evaluate_confusion", "evaluate_written", "evaluate_read", "evaluate_shown"


def show_evaluation(measured: Sequence[Measured], names: Sequence[str], settings: Settings) -> None:
    """Draws everything.

    Args:
        measured: One or two models that read the same digits.
        names: What :func:`~inkdigits.evaluation.models.open_model` calls them.
        settings: To open a model again when a mistake is looked at.
    """
    head, save = st.columns([3, 1], vertical_alignment="bottom")
    head.header(f"{measured[0].data.name} · {len(measured[0].data):,} digits", anchor=False)
    save.download_button(
        "Report",
        lambda: to_page([measured]),
        "evaluation.html",
        "text/html",
        icon=":material/download:",
        help="One HTML page with everything, to keep or to send",
        on_click="ignore",
        key="evaluate_report",
        width="stretch",
    )
    st.html(_scroll("Figures", figures_table([one.figures for one in measured])))
    _show_comparison(measured)
    show_curves([one.figures for one in measured])
    place = 0
    if len(measured) > 1:
        place = st.segmented_control(
            "Mistakes of",
            range(len(measured)),
            default=0,
            format_func=lambda index: measured[index].model,
            key="evaluate_which",
            required=True,
        )
    _show_model(measured[place], names[place], settings)


def forget_choices() -> None:
    """Forgets what was clicked in an earlier evaluation."""
    for key in (_CHART, _WRITTEN, _READ, _LIMIT, "evaluate_which"):
        st.session_state.pop(key, None)


def _show_comparison(measured: Sequence[Measured]) -> None:
    for pair in comparisons(list(measured)):
        st.subheader("Compared", anchor=False)
        st.html(f'<p role="status"><strong>{html.escape(pair.render())}</strong></p>')
        st.html(_scroll("Comparison", comparison_table(pair)))
        st.caption(words.COMPARED)


@st.fragment
def _show_model(one: Measured, name: str, settings: Settings) -> None:
    st.subheader("Confusion matrix", anchor=False)
    st.caption(f"{words.CONFUSION} Click a cell to see its digits below.")
    st.altair_chart(
        confusion_chart(one.figures),
        width="stretch",
        height=CHART_HEIGHT,
        key=_CHART,
        on_select=_follow_click,
        selection_mode=CELL,
        alt=confusion_words(one.figures),
    )
    _show_mistakes(one, name, settings)
    st.subheader("Each digit", anchor=False)
    st.caption(words.CLASSES)
    st.html(_scroll("Each digit", classes_table(one.figures)))


def _follow_click() -> None:
    """A click on a cell chooses its digits below; a click beside the cells chooses all."""
    cells = st.session_state[_CHART].selection[CELL]
    st.session_state[_WRITTEN] = cells[0]["written"] if cells else ANY
    st.session_state[_READ] = cells[0]["read"] if cells else ANY
    st.session_state[_LIMIT] = SHOWN


def _show_mistakes(one: Measured, name: str, settings: Settings) -> None:
    st.subheader("Worst mistakes", anchor=False)
    st.caption(f"{words.MISTAKES} Click one to see how it was read.")
    first, second = st.columns(2, gap="medium")
    written = first.selectbox("Written", [ANY, *ANSWERS[:10]], key=_WRITTEN)
    read = second.selectbox("Read as", [ANY, *ANSWERS], key=_READ)
    found = [mistake for mistake in one.mistakes() if _fits(mistake, str(written), str(read))]
    if not found:
        nothing = "These were all read right." if written == read != ANY else "No mistakes here."
        st.html(f'<p class="ink-empty" role="status">{nothing}</p>')
        return
    limit = st.session_state.setdefault(_LIMIT, SHOWN)
    with st.container(horizontal=True, gap="small", key="mistakes"):
        for mistake in found[:limit]:
            with st.container(width=120, gap="xsmall"):
                st.html(image_tag(one.thumb(mistake.index), "", "ink-sample"))
                if st.button(mistake.render(), key=f"mistake_{mistake.index}", width="stretch", help=mistake.name):
                    show_mistake(one, mistake, name, settings)
    if len(found) > limit and st.button(f"Show more of {len(found):,}", icon=":material/expand_more:"):
        st.session_state[_LIMIT] = limit + 2 * SHOWN
        st.rerun(scope="fragment")


def _fits(mistake: Mistake, written: str, read: str) -> bool:
    answer = REFUSED_TITLE if mistake.refused else str(mistake.read)
    return written in (ANY, str(mistake.written)) and read in (ANY, answer)


@st.dialog("How it was read", width="large")
def show_mistake(one: Measured, mistake: Mistake, name: str, settings: Settings) -> None:
    """Draws what the network saw of a mistake, and which ink decided."""
    st.write(f"{mistake.name}: {mistake.render()}")
    try:
        reader = open_model(name, settings)
    except InkDigitsError as error:
        st.error(f"**The model is gone.** {error}", icon=":material/error:")
        return
    _show_reading(one, mistake.index, reader)


def _show_reading(one: Measured, index: int, reader: Reader) -> None:
    data = one.data.data
    if isinstance(data, Pictures):
        reading = reader.read(one.data.picture(index), expect="digit", trace=True)
    else:
        reading = reader.read_strokes(data.samples[index], trace=True)
    show_road(reader, reading, key=f"evaluated_{index}")


def _scroll(name: str, inside: str) -> str:
    return f'<div class="ink-scroll" tabindex="0" role="region" aria-label="{name}">{inside}</div>'
