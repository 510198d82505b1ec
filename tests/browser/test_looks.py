"""Every page: axe finds nothing, nothing overflows, targets are large enough, in three sizes and two languages."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import SIZES, watched

skimage = pytest.importorskip("skimage", reason="scikit-image is not installed: its pictures are the photographs here")
FACE = Path(skimage.__file__).parent / "data" / "astronaut.png"
PAGES = [
    "/",
    "/try/",
    "/machine/",
    "/hierarchy/",
    "/hierarchy/n10093167/",
    "/hierarchy/n10144338/",
    "/hierarchy/search/",
    "/hierarchy/search/?q=doctor",
    "/hierarchy/search/?q=zzzz",
    "/nowhere/",
]
# Links within a sentence are as high as the sentence; all else that can be pressed is 44 px high and wide.
TOO_SMALL = """() => [...document.querySelectorAll("button, summary, input, label.button, label.tick, nav a, .button")]
    .filter((e) => e.checkVisibility() && e.type !== "checkbox" && e.type !== "hidden")
    .filter((e) => { const b = e.getBoundingClientRect(); return b.width > 1 && (b.height < 43.5 || b.width < 43.5); })
    .map((e) => e.outerHTML.slice(0, 120))"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(params=["en", "it"])
def language(request):
    return request.param


@pytest.fixture(params=SIZES)
def page(request, browser, stack, language):
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.add_cookies([{"name": "django_language", "value": language, "url": stack.url}])
    yield watched(context)
    context.close()


def violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def test_every_page_is_accessible_and_fits(page, stack):
    for address in PAGES:
        page.goto(stack.url + address)
        assert violations(page) == [], address
        assert page.evaluate(OVERFLOW) <= 0, address
        assert page.evaluate(TOO_SMALL) == [], address


def test_the_answer_is_accessible_closed_and_open(page, stack):
    page.goto(f"{stack.url}/try/")
    page.locator("[data-file]").set_input_files(FACE)
    page.locator("[data-consent]").check()
    page.locator("[data-send]").click()
    expect(page.locator(".answer h2")).to_be_focused(timeout=25_000)
    assert violations(page) == []
    page.locator("[data-reveal] button").click()
    page.locator("summary").click()
    expect(page.locator(".word strong")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(TOO_SMALL) == []


def test_text_at_twice_its_size_still_fits(browser, stack):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    for address in PAGES:
        page.goto(stack.url + address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(OVERFLOW) <= 0, address
    context.close()
