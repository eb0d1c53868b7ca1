"""The Models page without a browser: trainings are added, two models lie side by side, a weak one waits for a yes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import inkdigits
from inkdigits.registry import Registry
from models import make_run

testing = pytest.importorskip("streamlit.testing.v1", reason="the web pages need the 'app' extra")

PAGE = Path(inkdigits.__file__).parent / "web" / "views" / "studio_models.py"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path))
    make_run(tmp_path / "runs" / "first", note="first")
    (tmp_path / "runs" / "unfinished").mkdir()
    app = testing.AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not app.exception
    return app


def texts(app: Any) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def test_a_finished_training_is_added_and_compared(page: Any, tmp_path: Path) -> None:
    assert "No models of your own yet" in texts(page)
    page.button(key="add_run_first").click().run()
    assert "first is among the models now" in page.success[0].value
    assert [model.id for model in Registry(tmp_path).list() if model.id != "shipped"] == ["first"]
    assert not [button for button in page.button if (button.key or "").startswith("add_run")]
    assert re.search(r'<th scope="row">epochs</th><td>\d+</td><td>2</td>', texts(page))
    assert re.search(r'<th scope="row">mnist</th><td>99\.\d+ %</td><td>99\.56 %</td>', texts(page))
    page.selectbox(key="compare_second_digit").set_value("shipped").run()
    assert "Choose two different models." in [caption.value for caption in page.caption]


def test_a_model_that_reads_little_is_promoted_only_when_asked_again(page: Any, tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    weak = registry.add(make_run(tmp_path / "weak", pens=0.1), name="Weak").id
    page.run()
    page.button(key=f"promote_digit_{weak}").click().run()
    assert any("pens 10.0 %" in said.value for said in page.markdown)
    assert registry.pointer("digit").id == "shipped"
    page.button(key="weak_no").click().run()
    assert registry.pointer("digit").id == "shipped"
    page.button(key=f"promote_digit_{weak}").click().run()
    page.button(key="weak_yes").click().run()
    assert registry.pointer("digit").id == weak
