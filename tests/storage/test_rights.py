"""No one reads or changes what is not theirs: every method of the store, asked by somebody else."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from inkdigits import OptionError
from inkdigits.storage import LOCAL, Actor
from inkdigits.storage.filter import Filter
from inkdigits.storage.privacy import Choice
from inkdigits.storage.readings import Doomed
from inkdigits.storage.store import Store
from storage.made import ADA, ANN, BOB, EVE, picture_of, reading_of

ONE = "anns"


@pytest.fixture
def annes(any_store: Store) -> Store:
    """A store with one reading, Ann's, which she corrected."""
    reading = reading_of("4096")
    any_store.add(reading, picture_of(reading), strokes=[[(0, 0), (1, 1)]], actor=ANN, id=ONE)
    any_store.correct(ONE, 0, "4036", ANN)
    return any_store


REFUSED: dict[str, Callable[[Store, Actor], object]] = {
    "get": lambda store, actor: store.get(ONE, actor),
    "picture": lambda store, actor: store.picture(ONE, actor),
    "strokes": lambda store, actor: store.strokes(ONE, actor),
    "correct": lambda store, actor: store.correct(ONE, 0, "1", actor),
    "settle": lambda store, actor: store.settle(ONE, {0: "1"}, actor),
    "undo": lambda store, actor: store.undo(ONE, actor),
    "undo by name": lambda store, actor: store.undo(ONE, actor, correction="x"),
    "export by name": lambda store, actor: store.export(actor, io.BytesIO(), names=[ONE]),
    "id": lambda store, actor: store.readings.name_of(actor, ONE[:2]),
    "replace": lambda store, actor: store.add(
        reading_of("1"), picture_of(reading_of("1")), actor=actor, id=ONE, replace=True
    ),
}
EMPTY: dict[str, Callable[[Store, Actor], object]] = {
    "list": lambda store, actor: store.list(actor).records,
    "each": lambda store, actor: tuple(store.each(actor)),
    "count": lambda store, actor: store.count(actor),
    "people": lambda store, actor: store.people(actor),
    "thumbnails": lambda store, actor: store.thumbnails([ONE], actor),
    "export": lambda store, actor: store.export(actor, io.BytesIO()),
    "teaching": lambda store, actor: store.teaching(actor).readings,
    "doomed": lambda store, actor: store.doomed(actor).readings,
    "delete": lambda store, actor: store.delete([ONE], actor),
    "delete_all": lambda store, actor: store.delete_all(actor),
}
OPEN = {"open", "close", "add"}


def test_every_method_is_tried() -> None:
    methods = {name for name in vars(Store) if not name.startswith("_")}
    tried = {name.split()[0] for name in (*REFUSED, *EMPTY)} | {"export_corrections"}
    assert methods - OPEN <= tried


def test_somebody_else_finds_nothing_and_changes_nothing(annes: Store, tmp_path: Path) -> None:
    before = annes.get(ONE, ANN)
    for name, ask in REFUSED.items():
        with pytest.raises(OptionError, match="no reading"):
            print(name, ask(annes, BOB))
    for name, ask in EMPTY.items():
        assert not ask(annes, BOB), name
    for kind in ("digit", "line"):
        assert annes.export_corrections(tmp_path / kind, BOB, kind) == 0  # type: ignore[arg-type]
    assert annes.get(ONE, ANN) == before
    assert annes.picture(ONE, ANN)


def test_the_words_for_what_is_not_there_and_what_is_not_theirs_are_the_same(annes: Store) -> None:
    words = []
    for name in (ONE, "none"):
        with pytest.raises(OptionError) as caught:
            annes.get(name, BOB)
        words.append(str(caught.value).replace(name, "…"))
    assert words[0] == words[1]


def test_a_reviewer_sees_and_corrects_all_but_deletes_nothing(annes: Store) -> None:
    assert annes.get(ONE, EVE).person == "Ann"
    assert annes.correct(ONE, 0, "4086", EVE).corrections[-1].person == "Eve"
    assert annes.delete([ONE], EVE) == 0
    assert annes.delete_all(EVE) == 0
    assert annes.count(ANN) == 1


def test_an_admin_does_everything(annes: Store) -> None:
    assert annes.undo(ONE, ADA).corrected_text == "4096"
    assert annes.delete([ONE], ADA) == 1


def test_it_is_known_before_whose_readings_are_deleted(annes: Store) -> None:
    reading = reading_of("7")
    for owner in (BOB, EVE, LOCAL):
        annes.add(reading, picture_of(reading), actor=owner)
    assert annes.doomed(BOB) == Doomed(1, others=0, people=1)
    assert annes.doomed(EVE) == Doomed(1, others=0, people=1)  # a reviewer sees all four
    assert annes.doomed(ADA) == Doomed(4, others=4, people=4)
    assert annes.doomed(LOCAL) == Doomed(4, others=3, people=4)
    assert annes.doomed(EVE, Filter(person="Ann")) == Doomed(0, others=0, people=0)


def test_choices_are_each_persons_own(annes: Store) -> None:
    annes.privacy.choose(BOB, Choice(history=False, keep_days=1))
    assert annes.privacy.of(ANN) == Choice()
    assert not annes.privacy.keeps(BOB, unless_told=True)
    assert annes.privacy.keeps(ANN, unless_told=True)


@pytest.mark.parametrize("role", ["user", "reviewer"])
def test_who_has_no_account_is_no_user(role: str) -> None:
    with pytest.raises(ValueError, match="needs an id"):
        Actor(None, "nobody", role)  # type: ignore[arg-type]
