"""``POST /v1/read`` and ``/v1/strokes``: the same readings as the library's, in every form of a request."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from handwriting import digit_picture, encode, number_picture, strokes_of
from inkdigits import Reader, Reading

SEVEN = encode(digit_picture(7))
NUMBER = encode(number_picture("4096"))


def result_of(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    (result,) = response.json()["results"]
    return dict(result)


@pytest.mark.parametrize("expect", ["digit", "number", "page"])
def test_what_is_read_is_what_the_library_reads(web: TestClient, reader: Reader, expect: str) -> None:
    wanted = reader.read(NUMBER if expect != "digit" else SEVEN, expect=expect)
    body = NUMBER if expect != "digit" else SEVEN
    answer = web.post(f"/v1/read?expect={expect}&glyphs=true", content=body, headers={"Content-Type": "image/png"})
    (told,) = result_of(answer)["readings"]
    assert Reading.from_dict(told) == wanted
    assert told["id"] is None


def test_without_a_wish_a_body_is_a_page_and_glyphs_stay_away(web: TestClient) -> None:
    (told,) = result_of(web.post("/v1/read", content=NUMBER, headers={"Content-Type": "application/octet-stream"}))[
        "readings"
    ]
    assert told["text"] == "4096"
    assert {digit["glyph"] for number in told["numbers"] for digit in number["digits"]} == {None}


def test_options_may_be_in_the_form_or_the_query(web: TestClient) -> None:
    files = {"files": ("n.png", NUMBER, "image/png")}
    for where in ({"data": {"expect": "number", "allowed": ["4096", "17,18"], "alternatives": "1"}},):
        told = result_of(web.post("/v1/read", files=files, **where))
        assert told["name"] == "n.png"
        assert told["readings"][0]["text"] == "4096"
        assert len(told["readings"][0]["numbers"][0]["alternatives"]) <= 1
    query = "expect=number&allowed=17&allowed=18&expect_length=2"
    told = result_of(web.post(f"/v1/read?{query}", files=files))
    assert told["readings"][0]["text"] in ("", "17", "18")


def test_each_file_of_many_has_its_own_result_or_problem(web: TestClient) -> None:
    files = [
        ("files", ("a.png", SEVEN, "image/png")),
        ("files", ("no.txt", b"not a picture", "text/plain")),
        ("files", ("empty.png", b"", "image/png")),
        ("files", ("b.png", NUMBER, "image/png")),
    ]
    answer = web.post("/v1/read?expect=number", files=files, headers={"X-Request-Id": "mine"})
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [result["name"] for result in results] == ["a.png", "no.txt", "empty.png", "b.png"]
    assert [result["problem"] and result["problem"]["status"] for result in results] == [None, 422, 422, None]
    assert results[1]["problem"]["request_id"] == "mine"
    assert [result["readings"][0]["text"] for result in results if result["readings"]] == ["7", "4096"]


def test_digits_of_one_request_go_through_the_network_together(web: TestClient, reader: Reader) -> None:
    pictures = [encode(digit_picture(label, seed)) for label in range(10) for seed in range(2)]
    files = [("files", (f"{place}.png", picture, "image/png")) for place, picture in enumerate(pictures)]
    before = together(web)
    answer = web.post("/v1/read?expect=digit&glyphs=true", files=files)
    told = [result["readings"][0] for result in answer.json()["results"]]
    for place, (one, picture) in enumerate(zip(told, pictures, strict=True)):
        wanted = reader.read(picture, expect="digit").digits[0]
        found = Reading.from_dict(one).digits[0]
        assert (found.label, found.box, found.glyph) == (wanted.label, wanted.box, wanted.glyph), place
        assert np.allclose(found.probabilities, wanted.probabilities, atol=1e-5)
    assert together(web) - before < len(pictures)


def test_numbers_of_one_request_go_through_the_networks_together(web: TestClient, reader: Reader) -> None:
    pictures = [encode(number_picture(text, seed)) for seed, text in enumerate(("4096", "17", "235711", "8", "90210"))]
    pictures += [encode(number_picture("1357", height=900)), encode(np.full((40, 90), 250, np.uint8))]
    files = [("files", (f"{place}.png", picture, "image/png")) for place, picture in enumerate(pictures)]
    before = together(web)
    results = web.post("/v1/read?expect=number", files=files).json()["results"]
    for picture, result in zip(pictures, results, strict=True):
        found = Reading.from_dict(result["readings"][0]).numbers[0]
        wanted = reader.read(picture, expect="number").numbers[0]
        assert (found.text, found.raw, found.box, found.reason) == (wanted.text, wanted.raw, wanted.box, wanted.reason)
        assert found.confidence == pytest.approx(wanted.confidence, abs=1e-3)
    assert together(web) - before < len(pictures)


def together(web: TestClient) -> float:
    """How many batches the workers have taken."""
    lines = web.get("/metrics").text.splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith("inkdigits_batch_size_count"))


def test_a_document_has_a_reading_for_each_page(web: TestClient) -> None:
    stream = io.BytesIO()
    pages = [Image.fromarray(number_picture(text)) for text in ("4096", "2357")]
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:])
    files = [("files", ("two.tiff", stream.getvalue())), ("files", ("one.png", NUMBER))]
    for expect in ("number", "digit"):
        two, one = web.post(f"/v1/read?expect={expect}", files=files).json()["results"]
        assert [(told["page"], told["pages"], told["source"]) for told in two["readings"]] == [
            (0, 2, "two.tiff"),
            (1, 2, "two.tiff"),
        ]
        assert len(one["readings"]) == 1
        if expect == "number":
            assert [told["text"] for told in two["readings"]] == ["4096", "2357"]


def test_a_pdf_is_read(web: TestClient) -> None:
    stream = io.BytesIO()
    Image.fromarray(number_picture("4096")).save(stream, "PDF")
    answer = web.post("/v1/read", content=stream.getvalue(), headers={"Content-Type": "application/pdf"})
    assert result_of(answer)["readings"][0]["text"] == "4096"


def test_a_file_may_have_a_name_without_a_form(web: TestClient) -> None:
    named = {"Content-Type": "image/png", "Content-Disposition": "attachment; filename*=UTF-8''%E2%82%AC.png"}
    assert result_of(web.post("/v1/read", content=SEVEN, headers=named))["name"] == "€.png"


def test_strokes_are_read(web: TestClient, reader: Reader) -> None:
    strokes = [stroke.tolist() for stroke in strokes_of(3)]
    answer = web.post("/v1/strokes?glyphs=true", json={"strokes": strokes, "name": "three"})
    told = result_of(answer)
    assert told["name"] == "three"
    assert Reading.from_dict(told["readings"][0]) == reader.read_strokes(strokes)


def test_no_strokes_are_blank(web: TestClient) -> None:
    told = result_of(web.post("/v1/strokes", json={"strokes": []}))
    assert told["readings"][0]["numbers"][0]["digits"][0]["reason"] == "blank"
