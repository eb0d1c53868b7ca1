"""Drawn, kept, corrected, reported: the PDF that comes out of the browser is opened and looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from web.settled import settle
from web.test_accessibility import WINDOWS, grave_violations
from web.test_history import correct_to_one, go_back, kept_seven, newest

pdfium = pytest.importorskip("pypdfium2", reason="pages are looked at with PDFium")
pytestmark = pytest.mark.browser


def unfold(page: Any) -> Any:
    """The report part, unfolded, with its button."""
    page.get_by_text("Report", exact=True).click()
    make = page.get_by_role("button", name="Make the report")
    make.wait_for()
    settle(page)
    return make


def test_draw_correct_report(open_page: Callable[..., Any], tmp_path: Path) -> None:
    page = kept_seven(open_page)
    newest(page).click()
    correct_to_one(page)
    go_back(page)

    unfold(page).click()
    button = page.get_by_role("button", name="Download PDF")
    button.wait_for()
    settle(page)
    with page.expect_download() as download:
        button.click()
    path = tmp_path / "report.pdf"
    download.value.save_as(path)
    assert download.value.suggested_filename.endswith(".pdf")

    document = pdfium.PdfDocument(path)
    texts = [one.get_textpage().get_text_bounded() for one in document]
    assert all(f"{place} of {len(document)}" in text for place, text in enumerate(texts, 1))
    assert "Report of readings" in texts[0]
    assert "checked number" in texts[0]
    assert "corrected, read 7" in texts[2]
    thumbnail = np.asarray(document[2].render(scale=2).to_pil().convert("L"))[130:215, 90:160]  # of the first row
    assert thumbnail.min() < 80
    assert thumbnail.max() > 240
    document.close()


def test_report_has_no_grave_violation_on_a_phone(open_page: Callable[..., Any]) -> None:
    page = kept_seven(open_page, viewport=WINDOWS["phone"], color_scheme="dark")
    unfold(page).click()
    page.get_by_role("button", name="Download PDF").wait_for()
    settle(page)
    assert grave_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
