"""What a terminal's browser has on its disk when a visit is over: nothing of it."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CHROMIUM, OPTIONS, looking_at
from tests.browser.test_terminal import be_answered, pair, phase
from tests.browser.test_try import COUNT_BLOBS
from tests.drawn_faces import drawn_face

SLICE = 48  # bytes of a picture's middle, long enough to stand in no other file
# Chromium does not hand out the bytes of a form's file: the page itself must tell them.
REMEMBER_THE_PICTURE = """
    const send = window.fetch;
    window.fetch = async (address, options) => {
        const photo = options?.body instanceof FormData && options.body.get("photo");
        if (photo) {
            const bytes = new Uint8Array(await photo.arrayBuffer());
            window.middle = [...bytes.slice(bytes.length / 2, bytes.length / 2 + 48)];
        }
        return send(address, options);
    };
"""


def folder_holds(folder: Path, marker: bytes) -> list[Path]:
    """The files below `folder` that hold `marker`, plain, as UTF-16, or in base64 whatever its offset."""
    shapes = {marker, marker.decode("latin-1").encode("utf-16-le")}
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + marker)
        shapes.add(encoded[4 if offset else 0 : -4])
    found = []
    for file in folder.rglob("*"):
        if file.is_file():
            held = file.read_bytes()
            found += [file for shape in shapes if shape in held]
    return found


@pytest.fixture
def profile(tmp_path):
    return tmp_path / "profile"


@pytest.fixture
def page(stack, driver, face_browser, profile, tmp_path):
    """A terminal's page in a browser that keeps a profile on disk, as a museum's does."""
    cookie = pair(stack, face_browser, "a-kept-profile")
    context = driver.chromium.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=[*OPTIONS, looking_at(drawn_face(), tmp_path)], locale="en-GB"
    )
    context.add_cookies([{"name": "roulette_screen", "value": cookie, "url": stack.url}])
    page = context.pages[0]
    page.add_init_script(COUNT_BLOBS)
    page.add_init_script(REMEMBER_THE_PICTURE)
    page.sent = []
    page.on("request", lambda request: page.sent.append(request) if request.method == "POST" else None)
    page.clock.install()
    page.goto(f"{stack.url}/terminal/")
    return page


def sent_picture(page: Page) -> bytes:
    """The middle of the picture that the page sent."""
    return bytes(page.evaluate("window.middle"))


def visit_of(page: Page) -> str:
    """The visit that the page has spoken of."""
    [visit] = {request.url.split("/visits/")[1].split("/")[0] for request in page.sent if "/visits/" in request.url}
    return visit


def walk_away(page: Page) -> None:
    page.clock.fast_forward(60_000)
    expect(page.locator("[data-idle]")).to_be_visible()
    page.clock.fast_forward(31_000)
    phase(page, "attract")


def delete(page: Page) -> None:
    page.locator("[data-delete-now]").click()
    phase(page, "ended")


def test_the_search_finds_what_a_browser_does_keep(page, profile):
    """The positive control: what is put into the browser's storage is found in the profile's folder."""
    marker = "what this browser keeps 5b1e"
    page.evaluate("(text) => localStorage.setItem('kept', text)", marker)
    page.context.close()
    assert folder_holds(profile, marker.encode())


@pytest.mark.parametrize("end", [delete, walk_away])
def test_after_a_visit_the_profile_holds_neither_picture_nor_word_nor_visit(page, profile, end):
    be_answered(page)
    page.locator("[data-reveal] button").click()
    word = page.locator(".label .word strong").text_content().split(",")[0]
    picture, visit = sent_picture(page), visit_of(page)
    assert len(picture) == SLICE
    assert len(word) > 2
    end(page)
    page.context.close()
    assert profile.is_dir()
    for marker in (picture, visit.encode(), f"{word}:".encode(), f"<strong>{word}".encode()):
        assert folder_holds(profile, marker) == []
