"""A headless Chromium that sees the whole stack, and complains about whatever a page complains about."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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
def browser():
    """One browser with a camera that shows Chromium's test picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
        )
        yield browser
        browser.close()


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
