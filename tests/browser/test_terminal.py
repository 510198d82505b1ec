"""A visit at a terminal, in a real browser with a camera that sees a drawn face, against the whole stack."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.gallery import Room
from tests.browser.terminal import (
    REFUSE,
    UNPLUG,
    be_answered,
    be_asked_about_the_wall,
    go_to_start,
    nothing_left,
    pair,
    phase,
    press,
    take_picture,
    terminal,
)


@pytest.fixture(scope="module")
def cookie(stack, face_browser):
    return pair(stack, face_browser, "a-terminal")


@pytest.fixture
def page(stack, face_browser, cookie):
    yield from terminal(stack, face_browser, cookie)


@pytest.fixture
def page_without_face(stack, empty_browser, cookie):
    yield from terminal(stack, empty_browser, cookie)


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


def test_a_yes_shows_the_picture_on_the_rooms_wall_within_a_second_and_a_deletion_takes_it_down(stack, face_browser):
    room = Room(stack, "whole-way")
    wall = room.wall(face_browser)
    for page in terminal(stack, face_browser, room.cookies["terminal"]):
        be_asked_about_the_wall(page)
        began = time.time()
        page.locator("[data-yes]").click()
        expect(wall.locator(".hung")).to_have_count(1)
        expect(page.locator("[data-phase=hanging] [data-hanging]")).to_contain_text("On the wall for")
        deleted = time.time()
        page.locator("[data-take-down]").click()
        expect(wall.locator(".hung")).to_have_count(0)
        came, went = wall.evaluate("[window.came[0], window.went.at(-1)]")
        assert came - began < 1
        assert went - deleted < 1
    wall.context.close()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["a word"], "Show this picture with these words on the wall for 30 seconds?"),
        ([], "Show this picture on the wall for 30 seconds?"),
    ],
    ids=["words", "no words"],
)
def test_the_question_speaks_of_words_only_where_some_would_be_shown(page, words, sentence):
    question = {"asked": True, "words": words, "drawing": {"boxes": [], "scene": None}}
    page.route("**/question/", lambda route: route.fulfill(json=question))
    be_answered(page)
    page.locator("[data-go-on]").click()
    phase(page, "wall")
    expect(page.get_by_role("heading", name=sentence, exact=True)).to_be_focused()
    assert page.locator("p[data-wall-wordless]").is_visible() == (not words)


def test_a_machine_out_of_order_is_not_to_be_tried_again(page):
    problem = {"status": 503, "code": "machine_unavailable", "detail": "Out of order."}
    page.route("**/terminal/photo/", lambda route: route.fulfill(status=503, json=problem))
    take_picture(page)
    page.locator("[data-use]").click()
    phase(page, "trouble")
    expect(page.locator("[data-retry]")).to_be_hidden()
    expect(page.locator("[data-in=trouble] [data-leave]")).to_be_visible()
    page.complaints.clear()  # the browser's own, of the 503


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


def test_a_line_that_is_cut_is_named_and_the_terminal_opens_again_by_itself(page):
    lines, open_again = [], []

    def answer(line) -> None:
        if lines and not open_again:
            line.close()
            return
        lines.append(line)
        server = line.connect_to_server()

        def pass_on(message: str) -> None:
            line.send(message)
            if len(lines) == 1:  # cut as soon as the server has spoken
                line.close()

        server.on_message(pass_on)

    page.route_web_socket("**/ws/terminals/**", answer)
    page.reload()
    expect(page.get_by_text("The network is gone.")).to_be_visible()
    expect(page.get_by_role("button", name="Begin")).to_be_hidden()
    open_again.append(True)
    expect(page.get_by_role("button", name="Begin")).to_be_visible(timeout=10_000)


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
