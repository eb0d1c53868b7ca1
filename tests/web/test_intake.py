"""What comes to an uploader beside its own road, in a real browser: files over the limit, and pasted pictures."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handwriting import digit_picture, encode
from web.settled import settle
from web.test_upload import card, reads, says

pytestmark = pytest.mark.browser

MEGABYTE = 2**20
DROP = """([small, bytes]) => {
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(bytes)], "large.png", { type: "image/png" }));
    const data = Uint8Array.from(atob(small), (letter) => letter.charCodeAt(0));
    files.items.add(new File([data], "small.png", { type: "image/png" }));
    const place = document.querySelector("[data-testid=stFileUploaderDropzone]");
    place.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
}"""
PASTE = """(picture) => {
    const data = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([data], "image.png", { type: "image/png" }));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, composed: true }));
}"""


def in_text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


@pytest.fixture
def watched(open_page: Callable[..., Any]) -> tuple[Any, list[str]]:
    """A page, and in their order when the addresses for its files came and when it told of a large one."""
    page = open_page(own=True)
    order: list[str] = []

    def note(words: bytes, event: str) -> Callable[[Any], None]:
        return lambda frame: order.append(event) if isinstance(frame, bytes) and words in frame else None

    def watch(socket: Any) -> None:
        socket.on("framereceived", note(b"/upload_file/", "addresses came"))
        socket.on("framesent", note(b"large.png", "large one told"))

    page.on("websocket", watch)
    return page, order


def test_of_a_drop_the_small_file_has_its_address_before_the_large_one_is_told(
    watched: tuple[Any, list[str]], app_url: str
) -> None:
    page, order = watched
    page.goto(f"{app_url}/upload")
    page.locator(".ink-empty").wait_for()
    page.get_by_role("radio", name="One digit").click()
    settle(page)
    page.evaluate(DROP, [in_text(encode(digit_picture(5))), 65 * MEGABYTE])
    says(page, "large.png", "65.0 MB")
    says(page, "large.png", "the limit is 64 MB")
    reads(page, "small.png", "5")
    assert order == ["addresses came", "large one told"]


def test_an_uploader_that_keeps_its_files_tells_as_well(
    watched: tuple[Any, list[str]], app_url: str, tmp_path: Path
) -> None:
    page, order = watched
    page.goto(f"{app_url}/batch")
    page.get_by_role("button", name="Start").wait_for()
    settle(page)
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    small.write_bytes(encode(digit_picture(5)))
    with large.open("wb") as file:
        file.truncate(2**31)  # none of it is on the disk
    page.locator("input[type=file]").set_input_files([large, small])
    page.get_by_role("alert").filter(has_text="large.png was not taken").wait_for()
    page.locator(".stFileChip").filter(has_text="small.png").wait_for()
    assert order == ["addresses came", "large one told"]


@pytest.fixture
def forgetful(open_page: Callable[..., Any]) -> tuple[Any, list[bytes]]:
    """A page whose server forgets the first addresses that it was asked for, and those."""
    page = open_page(own=True)
    forgotten: list[bytes] = []

    def connect(socket: Any) -> None:
        def pass_on(frame: str | bytes) -> None:
            if isinstance(frame, bytes) and b"/upload_file/" in frame and not forgotten:
                forgotten.append(frame)
            else:
                socket.send(frame)

        socket.connect_to_server().on_message(pass_on)

    page.route_web_socket("**/_stcore/stream", connect)
    return page, forgotten


def test_a_picture_whose_address_was_forgotten_is_read_once(forgetful: tuple[Any, list[bytes]], app_url: str) -> None:
    page, forgotten = forgetful
    page.goto(f"{app_url}/upload")
    page.locator(".ink-empty").wait_for()
    page.get_by_role("radio", name="One digit").click()
    settle(page)
    page.evaluate(PASTE, in_text(encode(digit_picture(2))))
    reads(page, "pasted-1.png", "2")
    settle(page)
    assert len(forgotten) == 1
    page.get_by_text("1 picture", exact=True).wait_for()


def test_of_files_chosen_one_after_the_other_only_the_forgotten_come_again(
    forgetful: tuple[Any, list[bytes]], app_url: str
) -> None:
    page, forgotten = forgetful
    page.goto(f"{app_url}/batch")
    page.get_by_role("button", name="Start").wait_for()
    settle(page)
    for name in ("first.png", "second.png"):
        picture = {"name": name, "mimeType": "image/png", "buffer": encode(digit_picture(2))}
        page.locator("input[type=file]").set_input_files(picture)
    page.locator(".stFileChip").filter(has_text="first.png").wait_for()
    names = [place.get_attribute("title") for place in page.locator(".stFileChipName").all()]
    assert sorted(names) == ["first.png", "second.png"]
    assert len(forgotten) == 1


def test_a_pasted_picture_is_read_once_though_the_theme_changed(open_page: Callable[..., Any]) -> None:
    page = open_page("upload")
    page.locator(".ink-empty").wait_for()
    page.get_by_role("radio", name="One digit").click()
    settle(page)
    page.emulate_media(color_scheme="dark")
    settle(page)
    page.evaluate(PASTE, in_text(encode(digit_picture(2))))
    reads(page, "pasted-1.png", "2")
    settle(page)
    assert card(page, "pasted-2.png").count() == 0
