"""A headless Chromium that sees the whole stack, and complains about whatever a page complains about."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.camera import y4m
from tests.drawn_faces import background, drawn_face

CHROMIUM = shutil.which("chromium")
SIZES = {"wide": (1920, 1080), "portrait": (1080, 1920), "telephone": (390, 844)}


def pytest_collection_modifyitems(items):
    """Whatever stands beside this file drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed."))


@pytest.fixture(scope="session")
def driver():
    """What starts browsers."""
    with sync_playwright() as playwright:
        yield playwright


# A camera that nobody has to allow; without a film it shows Chromium's test picture.
OPTIONS = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@contextmanager
def chromium(driver: Playwright, *more: str):
    """A browser with a camera; `more` are further options."""
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*OPTIONS, *more])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser(driver):
    """One browser for all tests that need no picture of their own from the camera."""
    with chromium(driver) as browser:
        yield browser


def looking_at(picture: Image.Image, folder: Path) -> str:
    """The option that lets the camera see `picture`; its film is written to `folder`."""
    film = folder / "camera.y4m"
    film.write_bytes(y4m(picture))
    return f"--use-file-for-fake-video-capture={film}"


@pytest.fixture(scope="session")
def face_browser(driver, tmp_path_factory):
    """One whose camera sees a drawn face."""
    with chromium(driver, looking_at(drawn_face(), tmp_path_factory.mktemp("face"))) as browser:
        yield browser


@pytest.fixture(scope="session")
def empty_browser(driver, tmp_path_factory):
    """One whose camera sees a grey wall."""
    with chromium(driver, looking_at(background(), tmp_path_factory.mktemp("empty"))) as browser:
        yield browser


@pytest.fixture
def visitor(browser: Browser, stack):
    """A fresh visitor's page. Afterwards: nothing on the console, no request to another host."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = watched(context)
    yield page
    elsewhere = [url for url in page.asked if not url.startswith((stack.url, "data:", "blob:"))]
    context.close()
    assert page.complaints == []
    assert elsewhere == []


def watched(context: BrowserContext) -> Page:
    """A page that remembers what it complained about (`complaints`) and what it asked for (`asked`)."""
    page = context.new_page()
    page.complaints, page.asked = [], []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    return page
