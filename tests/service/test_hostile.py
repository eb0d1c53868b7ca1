"""Pictures and bodies that were changed at random: every one is answered, and none with a failure."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.mutants import mutants
from fastapi.testclient import TestClient

from handwriting import digit_picture, encode, number_picture

FILES = {form: encode(number_picture("17", height=30), form) for form in ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP")}
FORM = {"Content-Type": "multipart/form-data; boundary=edge"}


def form_of(data: bytes) -> bytes:
    head = b'--edge\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
    return head + data + b'\r\n--edge\r\nContent-Disposition: form-data; name="expect"\r\n\r\nnumber\r\n--edge--\r\n'


@pytest.mark.parametrize("form", FILES)
def test_changed_pictures(web: TestClient, form: str) -> None:
    for number, data in enumerate(mutants(FILES[form], 30, seed=1)):
        expect = ("digit", "number")[number % 2]
        answer = web.post(f"/v1/read?expect={expect}", content=data, headers={"Content-Type": "image/png"})
        assert answer.status_code in (200, 413, 422), (number, answer.text)


def test_changed_forms(web: TestClient) -> None:
    whole = form_of(encode(np.ascontiguousarray(digit_picture(6)[::8, ::8])))
    for number, data in enumerate(mutants(whole, 100, seed=2)):
        answer = web.post("/v1/read", content=data, headers=FORM)
        assert answer.status_code in (200, 413, 415, 422), (number, answer.text)


def test_changed_strokes(web: TestClient) -> None:
    for number, data in enumerate(
        mutants(b'{"strokes": [[[20, 10], [80, 10.5]], [[45, 9e1]]], "name": "x"}', 100, seed=3)
    ):
        answer = web.post("/v1/strokes", content=data, headers={"Content-Type": "application/json"})
        assert answer.status_code in (200, 400, 422), (number, answer.text)
