"""The page for a picture in a real browser, against the whole stack."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

skimage = pytest.importorskip("skimage", reason="scikit-image is not installed: its pictures are the photographs here")
PICTURES = Path(skimage.__file__).parent / "data"
FACE, NO_FACE = PICTURES / "astronaut.png", PICTURES / "chelsea.png"

COUNT_CAMERAS = """
    window.opened = 0;
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (...wanted) => { window.opened += 1; return open(...wanted); };
"""
COUNT_BLOBS = """
    window.blobs = new Set();
    const make = URL.createObjectURL, revoke = URL.revokeObjectURL;
    URL.createObjectURL = (blob) => { const url = make.call(URL, blob); window.blobs.add(url); return url; };
    URL.revokeObjectURL = (url) => { window.blobs.delete(url); revoke.call(URL, url); };
"""
NO_WEBSOCKET = """
    window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.(), 5); } close() {} };
"""


@pytest.fixture
def page(visitor: Page, stack) -> Page:
    visitor.add_init_script(COUNT_CAMERAS)
    visitor.add_init_script(COUNT_BLOBS)
    visitor.goto(f"{stack.url}/try/")
    return visitor


def choose(page: Page, picture: Path = FACE) -> None:
    page.get_by_label("Choose a picture").set_input_files(picture)
    expect(page.get_by_role("status").first).to_have_text("The picture is ready. Nothing has been sent yet.")


def send(page: Page) -> None:
    page.get_by_label("I am the person in this picture").check()
    page.get_by_role("button", name="Label this picture").click()


def answered(page: Page, picture: Path = FACE) -> None:
    choose(page, picture)
    send(page)
    expect(page.locator(".answer h2")).to_be_focused(timeout=25_000)


def test_a_picture_is_answered_with_a_box_and_a_gate_and_the_word_stands_nowhere(page):
    answered(page)
    expect(page.locator(".answer h2")).to_have_text(re.compile("One face was found."))
    box = page.locator(".box").bounding_box()
    photo = page.locator("[data-photo]").bounding_box()
    assert (box["x"] - photo["x"]) / photo["width"] == pytest.approx(0.355, abs=0.03)
    assert (box["y"] - photo["y"]) / photo["height"] == pytest.approx(0.114, abs=0.03)
    expect(page.locator(".box")).to_have_text("")
    assert not re.search(
        r"n\d{8}", page.locator(".label > .word, .label > form, .label > .aftercare").first.inner_html()
    )
    expect(page.locator(".label .path")).to_have_count(0)


def test_a_revealed_word_stands_in_the_text_with_its_path_and_hides_again_without_a_trace(page):
    answered(page)
    page.get_by_role("button", name="Reveal the word").click()
    word = page.locator(".label .word strong")
    expect(word).to_be_visible()
    revealed = word.inner_text()
    expect(page.locator(".path").first).to_contain_text("person")
    expect(page.locator(".box")).to_have_text("")
    page.get_by_role("button", name="Hide again").click()
    expect(page.get_by_role("button", name="Reveal the word")).to_be_visible()
    assert revealed not in page.locator("[data-answer]").inner_html()


def test_how_the_word_was_reached_is_told_with_shares(page):
    answered(page)
    page.get_by_text("How this word was reached").click()
    expect(page.get_by_text("Shares show how the score was added up")).to_be_visible()
    expect(page.get_by_text("WordNet 3.0", exact=True)).to_be_visible()


def test_a_picture_without_a_face_has_its_word_at_the_upper_left(page):
    answered(page, NO_FACE)
    expect(page.locator(".answer h2")).to_have_text(re.compile("No face was found"))
    expect(page.locator(".boxes .box-label")).to_have_count(1)


def test_nothing_is_sent_before_everyone_has_agreed(page):
    choose(page)
    before = len(page.asked)
    page.get_by_role("button", name="Label this picture").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent on: please tick")
    expect(page.get_by_label("I am the person in this picture")).to_be_focused()
    assert len(page.asked) == before


def test_the_camera_is_opened_only_on_request_and_a_countdown_can_be_cancelled(page):
    assert page.evaluate("window.opened") == 0
    page.get_by_role("button", name="Use the camera").click()
    expect(page.get_by_role("button", name="Take the picture: 3, 2, 1")).to_be_focused()
    assert page.evaluate("window.opened") == 1
    page.keyboard.press("Enter")
    expect(page.locator("[data-count]")).to_have_text("3")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Take the picture: 3, 2, 1")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Use the camera")).to_be_focused()
    assert page.evaluate("document.querySelector('video').srcObject") is None
    assert not [url for url in page.asked if url.endswith("/try/") and url != page.asked[0]]


def test_a_picture_from_the_camera_is_taken_by_keyboard_alone_and_answered(page):
    page.get_by_role("button", name="Use the camera").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take the picture: 3, 2, 1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("I am the person in this picture")).to_be_focused(timeout=10_000)
    assert page.evaluate("document.querySelector('video').srcObject") is None
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Label this picture")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".answer h2")).to_be_focused(timeout=25_000)


def test_deleting_wipes_the_page_and_the_answer(page, stack):
    answered(page)
    visit = page.locator(".answer").get_attribute("data-visit")
    page.get_by_role("button", name="Delete now").click()
    expect(page.get_by_role("status").first).to_contain_text("Deleted.")
    assert page.locator("[data-photo]").get_attribute("src") is None
    assert page.locator("[data-boxes] *").count() == 0
    assert page.evaluate("window.blobs.size") == 0
    assert not page.get_by_label("I am the person in this picture").is_checked()
    with stack.client() as client:
        assert client.get(f"/visits/{visit}/").status_code == 410


def test_leaving_the_page_leaves_no_picture_behind(page, stack):
    answered(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.evaluate("window.blobs.size") == 0
    assert page.locator("[data-answer]").inner_html() == ""


def test_a_picture_may_be_dropped_or_pasted_and_an_address_may_not(page):
    give = """([kind, name]) => {
        const data = new DataTransfer();
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 64;
        return new Promise((done) => canvas.toBlob((blob) => {
            if (name) data.items.add(new File([blob], name, {type: "image/png"}));
            else data.setData("text/plain", "https://elsewhere.example/p.jpg");
            const event = kind === "drop" ? new DragEvent("drop", {dataTransfer: data, bubbles: true})
                                          : new ClipboardEvent("paste", {clipboardData: data, bubbles: true});
            document.body.dispatchEvent(event);
            done();
        }));
    }"""
    page.evaluate(give, ["paste", ""])
    expect(page.get_by_role("alert")).to_contain_text("Addresses of pictures are not taken.")
    page.evaluate(give, ["paste", "p.png"])
    expect(page.locator("[data-phase=chosen]")).to_be_visible()
    page.get_by_role("button", name="Put it away").click()
    page.evaluate(give, ["drop", "p.png"])
    expect(page.locator("[data-phase=chosen]")).to_be_visible()


def test_a_file_that_is_no_picture_is_refused_in_a_sentence(page, tmp_path):
    text = tmp_path / "text.jpg"
    text.write_text("not a picture")
    page.get_by_label("Choose a picture").set_input_files(text)
    expect(page.get_by_role("alert")).to_contain_text("could not read that file as a picture")


def test_a_lost_connection_loses_no_picture(page):
    choose(page)
    page.route("**/try/", lambda route: route.abort())
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("The connection was lost. Your picture is still here")
    assert page.locator("[data-photo]").get_attribute("src")
    page.unroute("**/try/")
    page.get_by_role("button", name="Label this picture").click()
    expect(page.locator(".answer h2")).to_be_focused(timeout=25_000)
    page.complaints[:] = [said for said in page.complaints if "ERR_FAILED" not in said]


def test_without_a_websocket_the_answer_comes_all_the_same(visitor, stack):
    visitor.add_init_script(NO_WEBSOCKET)
    visitor.goto(f"{stack.url}/try/")
    answered(visitor)


def test_another_language_loses_neither_picture_nor_answer(page):
    answered(page)
    page.get_by_role("button", name="Italiano").click()
    expect(page.locator(".answer h2")).to_have_text(re.compile("È stato trovato un volto."))
    expect(page.get_by_role("button", name="Cancella ora")).to_be_visible()
    expect(page.locator(".box")).to_have_count(1)
    assert page.evaluate("document.documentElement.lang") == "it"


def test_a_browser_without_scripts_gets_the_same_answer(browser, stack):
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{stack.url}/try/")
    page.get_by_label("Choose a picture").set_input_files(FACE)
    page.get_by_label("I am the person in this picture").check()
    page.get_by_role("button", name="Label this picture").click()
    expect(page.locator("figure img")).to_have_attribute("src", re.compile("^data:image/jpeg;base64,"))
    page.get_by_role("button", name="Reveal the word").click()
    expect(page.locator(".label .word strong")).to_be_visible()
    expect(page.locator("figure")).to_have_count(0)
    page.get_by_role("button", name="Delete now").click()
    expect(page.get_by_role("heading", name="Deleted")).to_be_visible()
    context.close()
