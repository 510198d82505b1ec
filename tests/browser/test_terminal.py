"""A visit at a terminal, in a real browser with a camera that sees a drawn face, against the whole stack."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SIZES, watched
from tests.browser.test_looks import OVERFLOW, TOO_SMALL, violations
from tests.browser.test_try import COUNT_BLOBS, COUNT_CAMERAS
from tests.stack import ROOT, Stack

BEFORE_THE_CAMERA = ["warning", "notice", "age", "start"]
FOCUSED = "document.activeElement.matches('button') && document.activeElement.innerText.trim()"
REFUSE = """(name) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("not today", name));
}"""
# Chromium's own camera cannot be unplugged: its track says what an unplugged one would say.
UNPLUG = "document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))"
# Everything that could outlive a visit in its page.
LEFT = """() => {
    const find = (selector) => document.querySelector(selector);
    return {
        blobs: [...window.blobs],
        stored: localStorage.length + sessionStorage.length,
        address: location.href,
        camera: find("video").srcObject,
        picture: find("[data-photo]").src,
        boxes: find("[data-boxes]").childElementCount,
        words: find("[data-answer]").textContent + find("[data-reading-text]").textContent,
        visit: document.documentElement.outerHTML.includes("data-visit"),
    };
}"""
NOTHING = {"blobs": [], "stored": 0, "camera": None, "picture": "", "boxes": 0, "words": "", "visit": False}


def pair(stack: Stack, browser: Browser, slug: str) -> list[dict]:
    """The cookies of a browser that has become terminal `slug` by a one-time link."""
    command = [sys.executable, "manage.py", "pair_screen", slug, "--kind", "terminal", "--room", slug]
    said = subprocess.run(command, cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=True).stdout
    context = browser.new_context()
    page = context.new_page()
    page.goto(stack.url + re.search(r"/screen/link/\S+", said).group())
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/terminal/")
    cookies = context.cookies()
    context.close()
    return cookies


@pytest.fixture(scope="module")
def cookies(stack, face_browser):
    return pair(stack, face_browser, "a-terminal")


def terminal(stack: Stack, browser: Browser, cookies: list[dict], language: str = "en", **options) -> Iterator[Page]:
    """A paired terminal's page. Afterwards: nothing on the console, no request to another host."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", **options)
    kept = [cookie for cookie in cookies if cookie["name"] == "roulette_screen"]
    context.add_cookies([*kept, {"name": "django_language", "value": language, "url": stack.url}])
    page = watched(context)
    page.add_init_script(COUNT_CAMERAS)
    page.add_init_script(COUNT_BLOBS)
    page.clock.install()
    page.goto(f"{stack.url}/terminal/")
    yield page
    elsewhere = [url for url in page.asked if not url.startswith((stack.url, "data:", "blob:"))]
    context.close()
    assert page.complaints == []
    assert elsewhere == []


@pytest.fixture
def page(stack, face_browser, cookies):
    yield from terminal(stack, face_browser, cookies)


@pytest.fixture
def page_without_face(stack, empty_browser, cookies):
    yield from terminal(stack, empty_browser, cookies)


def phase(page: Page, name: str, timeout: float = 25_000) -> None:
    """Wait until the visit is in phase `name`."""
    expect(page.locator("body")).to_have_attribute("data-phase", name, timeout=timeout)


def go_to_start(page: Page) -> None:
    for step in BEFORE_THE_CAMERA:
        page.locator(f"[data-to={step}]").click()


def take_picture(page: Page) -> None:
    go_to_start(page)
    page.locator("[data-start]").click()
    phase(page, "mirror")
    page.locator("[data-shoot]").click()
    phase(page, "picture")


def be_answered(page: Page) -> None:
    take_picture(page)
    page.locator("[data-use]").click()
    phase(page, "answered")


def be_asked_about_the_wall(page: Page) -> None:
    be_answered(page)
    page.locator("[data-reveal] button").click()
    expect(page.locator(".label .word strong")).to_be_visible()
    page.locator("[data-go-on]").click()
    phase(page, "wall")


def press(page: Page, name: str) -> None:
    """Reach the button by Tab alone, and press it."""
    for _ in range(60):
        if page.evaluate(FOCUSED) == name:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"No Tab leads to “{name}”.")


def nothing_left(page: Page, stack: Stack) -> None:
    assert page.evaluate(LEFT) == {**NOTHING, "address": f"{stack.url}/terminal/"}


# --- the way --------------------------------------------------------------------------------------------------------


def test_the_whole_way_is_gone_by_keyboard_alone_and_the_camera_waits_for_start(page):
    for name in ("Begin", "Go on", "Yes, we agree", "No"):
        press(page, name)
        assert page.evaluate("window.opened") == 0
    press(page, "Start")
    expect(page.get_by_role("button", name="Take the picture")).to_be_focused()
    assert page.evaluate("window.opened") == 1
    page.keyboard.press("Enter")
    expect(page.locator("[data-count]")).to_have_text("3")
    expect(page.locator("[data-count]")).to_have_attribute("aria-live", "assertive")
    phase(page, "picture")
    press(page, "Use this picture")
    expect(page.locator(".answer h2")).to_be_focused(timeout=25_000)
    press(page, "Reveal the word")
    expect(page.locator(".label .word strong")).to_be_visible()
    press(page, "Go on")
    phase(page, "wall")
    press(page, "No")
    phase(page, "ended")
    press(page, "To the beginning")
    phase(page, "attract")


def test_escape_in_the_countdown_sends_nothing(page):
    go_to_start(page)
    page.locator("[data-start]").click()
    phase(page, "mirror")
    page.keyboard.press("Enter")
    phase(page, "counting")
    page.keyboard.press("Escape")
    phase(page, "mirror")
    page.keyboard.press("Escape")
    phase(page, "start")
    assert page.evaluate("document.querySelector('video').srcObject") is None
    assert not [url for url in page.asked if "/terminal/photo/" in url]


def test_a_picture_is_sent_only_when_it_is_used_and_can_be_taken_again(page):
    take_picture(page)
    assert page.evaluate("document.querySelector('video').srcObject") is None
    page.locator("[data-retake]").click()
    phase(page, "mirror")
    assert page.evaluate("window.blobs.size") == 0
    assert not [url for url in page.asked if "/terminal/photo/" in url]


def test_who_says_that_somebody_is_under_18_meets_no_camera_and_no_count(page):
    for step in ("warning", "notice", "age", "minors"):
        page.locator(f"[data-to={step}]").click()
    expect(page.get_by_role("heading", name="Then no picture is taken")).to_be_focused()
    assert page.evaluate("window.opened") == 0
    assert not [url for url in page.asked if "/terminal/photo/" in url]


def test_without_a_face_the_terminal_asks_before_it_shows_a_label(page_without_face):
    page = page_without_face
    take_picture(page)
    page.locator("[data-use]").click()
    phase(page, "noface")
    expect(page.get_by_text("This happens more with some faces")).to_be_visible()
    assert "data-scene" not in page.content()
    page.locator("[data-whole]").click()
    phase(page, "answered")
    expect(page.locator(".answer[data-scene]")).to_be_visible()
    page.locator("[data-go-on]").click()
    phase(page, "ended")  # without a face there is nothing to ask about the wall


def test_trying_again_forgets_what_was_found_without_a_face(page_without_face, stack):
    page = page_without_face
    take_picture(page)
    with page.expect_response("**/terminal/photo/") as sent:
        page.locator("[data-use]").click()
    visit = sent.value.json()["visit"]
    phase(page, "noface")
    with page.expect_response("**/delete/"):
        page.locator("[data-again]").click()
    phase(page, "mirror")
    with stack.client() as client:
        assert client.get(f"/visits/{visit}/").status_code == 410


def test_after_a_yes_the_picture_hangs_and_is_taken_down_at_once(page, stack):
    be_asked_about_the_wall(page)
    no, yes = (page.locator(f"[data-{answer}]").bounding_box() for answer in ("no", "yes"))
    assert (no["width"], no["height"]) == pytest.approx((yes["width"], yes["height"]), abs=1)
    assert (no["y"], no["x"]) < (yes["y"], yes["x"])
    with page.expect_response("**/wall/") as sent:
        page.locator("[data-yes]").click()
    assert sent.value.status == 202
    expect(page.get_by_role("heading", name=re.compile("On the wall for [23]. seconds"))).to_be_focused()
    with page.expect_response("**/delete/") as deleted:
        page.locator("[data-take-down]").click()
    assert deleted.value.status == 200
    phase(page, "ended")
    expect(page.locator("[data-ended]")).to_contain_text("Deleted.")
    nothing_left(page, stack)


def test_a_word_that_was_not_read_leads_to_no_question_about_the_wall(page):
    be_answered(page)
    page.locator("[data-go-on]").click()
    phase(page, "ended")


# --- the end --------------------------------------------------------------------------------------------------------


def test_deleting_leaves_nothing_of_the_visit_in_the_page(page, stack):
    before = page.evaluate("history.length")
    be_answered(page)
    visit = page.locator(".answer").get_attribute("data-visit")
    page.locator("[data-delete-now]").click()
    phase(page, "ended")
    nothing_left(page, stack)
    assert page.evaluate("history.length") == before
    with stack.client() as client:
        assert client.get(f"/visits/{visit}/").status_code == 410


def test_who_walks_away_is_asked_and_then_wiped_and_the_language_goes_back(page, stack):
    page.get_by_role("button", name="Italiano").click()
    expect(page.get_by_role("button", name="Inizia")).to_be_visible()
    be_answered(page)
    page.clock.fast_forward(61_000)
    asked = page.get_by_role("alertdialog", name="C’è ancora qualcuno?")
    expect(asked).to_be_visible()
    page.get_by_role("button", name="Sono ancora qui").click()
    expect(asked).to_be_hidden()
    phase(page, "answered")
    page.clock.fast_forward(61_000)
    expect(asked).to_be_visible()
    page.clock.fast_forward(31_000)
    phase(page, "attract")
    nothing_left(page, stack)
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_back_shows_nothing_of_a_visit(page, stack):
    be_answered(page)
    page.goto(f"{stack.url}/machine/")
    page.go_back()
    phase(page, "attract")
    nothing_left(page, stack)


def test_no_link_leads_off_the_screen_and_what_is_read_covers_the_picture(page, stack):
    be_answered(page)
    page.locator("summary").click()
    page.locator(".answer a[href*='/hierarchy/'], .answer a[href*='/machine/']").first.click()
    reading = page.locator("[data-reading]")
    expect(reading).to_be_visible()
    covered = reading.bounding_box()
    assert (covered["width"], covered["height"]) == (1280, 720)
    links = page.eval_on_selector_all("a[href]", "(all) => all.map((one) => one.origin)")
    assert set(links) <= {stack.url}
    assert page.locator("a[target]").count() == 0
    page.keyboard.press("Escape")
    expect(reading).to_be_hidden()
    assert page.url == f"{stack.url}/terminal/"
    phase(page, "answered")


# --- honest failures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("NotAllowedError", "The camera was refused"),
        ("NotFoundError", "The camera is missing"),
        ("NotReadableError", "The camera is in use"),
    ],
)
def test_a_camera_that_does_not_open_is_named(page, name, sentence):
    page.evaluate(REFUSE, name)
    go_to_start(page)
    page.locator("[data-start]").click()
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    page.locator("[data-retry]").click()
    phase(page, "start")


def test_an_unplugged_camera_is_named_and_ends_the_countdown(page):
    go_to_start(page)
    page.locator("[data-start]").click()
    phase(page, "mirror")
    page.locator("[data-shoot]").click()
    phase(page, "counting")
    page.evaluate(UNPLUG)
    expect(page.get_by_role("alert")).to_contain_text("The camera was unplugged")
    page.clock.fast_forward(5000)
    phase(page, "trouble")
    assert not [url for url in page.asked if "/terminal/photo/" in url]


def test_a_network_that_is_gone_is_named_and_the_picture_can_be_sent_again(page):
    take_picture(page)
    page.route("**/terminal/photo/", lambda route: route.abort())
    page.locator("[data-use]").click()
    expect(page.get_by_role("alert")).to_contain_text("The network is gone. Your picture is still on this screen")
    page.unroute("**/terminal/photo/")
    page.locator("[data-retry]").click()
    phase(page, "picture")
    page.locator("[data-use]").click()
    phase(page, "answered")
    page.complaints[:] = [said for said in page.complaints if "ERR_FAILED" not in said]


def test_a_machine_out_of_order_is_said_at_the_beginning_and_opens_again_by_itself(page):
    page.route("**/readyz", lambda route: route.fulfill(json={"not_ready": ["model"]}))
    page.clock.fast_forward(11_000)
    expect(page.get_by_text("The machine is out of order.")).to_be_visible()
    expect(page.get_by_role("button", name="Begin")).to_be_hidden()
    page.unroute("**/readyz")
    page.clock.fast_forward(11_000)
    expect(page.get_by_role("button", name="Begin")).to_be_visible()


def test_a_terminal_whose_pairing_ended_forgets_the_visit_and_asks_to_be_paired(stack, face_browser):
    ended = pair(stack, face_browser, "b-terminal")
    for page in terminal(stack, face_browser, ended):
        be_answered(page)
        pair(stack, face_browser, "b-terminal")  # another device takes its place
        page.wait_for_url(re.compile("/screen/"), timeout=8000)
        assert "data-visit" not in page.content()


# --- looks ----------------------------------------------------------------------------------------------------------


def look(page: Page, name: str) -> None:
    assert violations(page) == [], name
    assert page.evaluate(TOO_SMALL) == [], name
    assert page.evaluate(OVERFLOW) <= 0, name


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("size", SIZES)
def test_every_phase_is_accessible_and_fits(stack, face_browser, cookies, size, language):
    width, height = SIZES[size]
    for page in terminal(stack, face_browser, cookies, language, viewport={"width": width, "height": height}):
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


def test_text_at_twice_its_size_can_be_read_and_every_button_reached(stack, face_browser, cookies):
    for page in terminal(stack, face_browser, cookies, viewport={"width": 1920, "height": 1080}):
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        for step in BEFORE_THE_CAMERA:
            button = page.locator(f"[data-to={step}]")
            button.scroll_into_view_if_needed()
            expect(button).to_be_in_viewport(ratio=1)
            button.click()
            assert page.evaluate(OVERFLOW) <= 0, step
