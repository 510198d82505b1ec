"""Every phase of a terminal: axe finds nothing, nothing overflows, targets are large, in sizes and languages."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES
from tests.browser.terminal import BEFORE_THE_CAMERA, REFUSE, go_to_start, pair, phase, terminal
from tests.browser.test_looks import OVERFLOW, TOO_SMALL, violations


@pytest.fixture(scope="module")
def cookie(stack, face_browser):
    return pair(stack, face_browser, "looked-at-terminal")


def look(page: Page, name: str) -> None:
    assert violations(page) == [], name
    assert page.evaluate(TOO_SMALL) == [], name
    assert page.evaluate(OVERFLOW) <= 0, name


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("size", SIZES)
def test_every_phase_is_accessible_and_fits(stack, face_browser, cookie, size, language):
    width, height = SIZES[size]
    for page in terminal(stack, face_browser, cookie, language, viewport={"width": width, "height": height}):
        look(page, "attract")
        for step in ("warning", "notice", "age", "minors"):
            page.locator(f"[data-to={step}]").click()
            look(page, step)
        page.locator("[data-phase=minors] .panel [data-leave]:visible").click()
        go_to_start(page)
        look(page, "start")
        page.locator("[data-start]").click()
        phase(page, "mirror")
        look(page, "mirror")
        page.locator("[data-shoot]").click()
        look(page, "counting")
        phase(page, "picture")
        look(page, "picture")
        page.locator("[data-use]").click()
        phase(page, "answered")
        look(page, "answered")
        page.locator("[data-reveal] button").click()
        page.locator("summary").click()
        look(page, "revealed")
        page.locator("[data-go-on]").click()
        phase(page, "wall")
        look(page, "wall")
        for answer in ("no", "yes"):
            expect(page.locator(f"[data-{answer}]")).to_be_in_viewport(ratio=1)
        page.locator("[data-yes]").click()
        phase(page, "hanging")
        look(page, "hanging")
        page.locator("[data-take-down]").click()
        phase(page, "ended")
        look(page, "ended")
        page.locator(".panel [data-leave]:visible").click()
        page.evaluate(REFUSE, "NotAllowedError")
        go_to_start(page)
        page.locator("[data-start]").click()
        phase(page, "trouble")
        look(page, "trouble")
        page.clock.fast_forward(61_000)
        expect(page.get_by_role("alertdialog")).to_be_visible()
        look(page, "idle")


def test_text_at_twice_its_size_can_be_read_and_every_button_reached(stack, face_browser, cookie):
    for page in terminal(stack, face_browser, cookie, viewport={"width": 1920, "height": 1080}):
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        for step in BEFORE_THE_CAMERA:
            button = page.locator(f"[data-to={step}]")
            button.scroll_into_view_if_needed()
            expect(button).to_be_in_viewport(ratio=1)
            button.click()
            assert page.evaluate(OVERFLOW) <= 0, step
        page.locator("[data-start]").click()
        phase(page, "mirror")
        page.locator("[data-shoot]").click()
        phase(page, "picture")
        page.locator("[data-use]").click()
        phase(page, "answered")
        page.locator("[data-reveal] button").click()
        page.locator("[data-go-on]").click()
        phase(page, "wall")
        assert page.evaluate(OVERFLOW) <= 0
        for answer in ("no", "yes"):
            expect(page.locator(f"[data-{answer}]")).to_be_in_viewport(ratio=1)
