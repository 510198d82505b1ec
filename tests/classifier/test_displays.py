"""A picture for a wall shows the visit's face and nobody else's, and carries nothing but its pixels."""

import io

import numpy as np
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from PIL import Image, ImageCms, PngImagePlugin

from classifier import photo_store
from classifier.displays import LONGEST_SIDE, overlap, prepare
from classifier.errors import AnotherFace, NoFace, SeveralFaces, UnreadableDisplay
from classifier.imaging import decode_photo
from classifier.results import Box, Prepared
from classifier.tasks import Worker, draw_photo, prepare_display
from tests.drawn_faces import OTHER, background, drawn_face, with_face
from tests.photographs import NO_PICTURES, file_of, portrait, truncated, zipped

MARKER = "a marker that must not be found 7d1f"


@pytest.fixture(scope="module")
def box(machine) -> Box:
    """Where the machine found the visitor's face."""
    (face,) = machine.finder.find(decode_photo(portrait()).pixels)
    return face.box


def marked(form: str) -> bytes:
    """The visitor's picture with `MARKER` in everything that a file can carry beside it."""
    face, exif = drawn_face(), Image.Exif()
    exif[0x010E] = MARKER
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + MARKER.encode()
    options = {"exif": exif, "icc_profile": profile}
    if form == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", MARKER)
        return file_of(face, form, pnginfo=text, **options)
    return file_of(face, form, xmp=MARKER.encode(), **options, **({"comment": MARKER} if form == "JPEG" else {}))


# --- what hangs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_visitors_picture_is_written_anew_without_a_byte_of_metadata(machine, box, form):
    sent = marked(form)
    assert MARKER.encode() in sent
    jpeg, prepared = prepare(sent, box, machine.finder)
    assert b"7d1f" not in jpeg
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (640, 480)) == ("JPEG", (prepared.width, prepared.height))
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert overlap(prepared.face, box) > 0.9


def test_a_large_picture_is_reduced(machine, box):
    jpeg, prepared = prepare(portrait(width=1920, height=1440), box, machine.finder)
    assert max(prepared.width, prepared.height) == LONGEST_SIDE
    assert Image.open(io.BytesIO(jpeg)).size == (1280, 960)


def test_a_reduced_picture_still_shows_the_visits_face(machine, box):
    _, prepared = prepare(portrait(width=480, height=360), box, machine.finder)
    assert overlap(prepared.face, box) > 0.8


# --- what is forged -------------------------------------------------------------------------------------------------


def test_another_face_in_another_place_is_refused(machine, box):
    with pytest.raises(AnotherFace):
        prepare(portrait(sitter=OTHER, x=0.25), box, machine.finder)


def test_the_visits_face_moved_or_much_smaller_is_refused(machine, box):
    for forged in (portrait(x=0.7), portrait(size=0.3)):
        with pytest.raises(AnotherFace):
            prepare(forged, box, machine.finder)


def test_a_second_face_beside_the_visits_is_refused(machine, box):
    both = with_face(drawn_face(), sitter=OTHER, x=0.86, y=0.4, size=0.4)
    with pytest.raises(SeveralFaces):
        prepare(file_of(both, quality=90), box, machine.finder)


def test_a_picture_of_nobody_is_refused(machine, box):
    with pytest.raises(NoFace):
        prepare(file_of(background()), box, machine.finder)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("tail", [zipped(), b"<script>7d1f</script>", b"\xff\xd9", b"\0"])
def test_a_picture_that_is_also_something_else_is_refused(machine, box, form, tail):
    whole = file_of(drawn_face(), form)
    prepare(whole, box, machine.finder)
    with pytest.raises(UnreadableDisplay):
        prepare(whole + tail, box, machine.finder)


def test_a_progressive_picture_ends_where_it_ends(machine, box):
    whole = file_of(drawn_face(), progressive=True)
    prepare(whole, box, machine.finder)
    with pytest.raises(UnreadableDisplay):
        prepare(whole + b"7d1f", box, machine.finder)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_truncated_picture_is_refused(machine, box, form, share):
    whole = file_of(drawn_face(), form)
    with pytest.raises(UnreadableDisplay):
        prepare(whole[: int(len(whole) * share)], box, machine.finder)


@pytest.mark.parametrize("kind", NO_PICTURES)
def test_what_is_no_picture_is_refused(machine, box, kind):
    with pytest.raises(UnreadableDisplay):
        prepare(NO_PICTURES[kind](), box, machine.finder)


# --- overlap --------------------------------------------------------------------------------------------------------


def test_overlap_is_intersection_over_union():
    one = Box(0, 0, 0.4, 0.4)
    assert overlap(one, one) == pytest.approx(1)
    assert overlap(one, Box(0.2, 0, 0.4, 0.4)) == pytest.approx(1 / 3)
    assert overlap(one, Box(0.5, 0.5, 0.4, 0.4)) == 0
    assert overlap(Box(0, 0, 0, 0), Box(0, 0, 0, 0)) == 0


# --- the task -------------------------------------------------------------------------------------------------------


@pytest.fixture
def worker(machine, monkeypatch):
    """A worker's process, as far as the task can tell."""
    monkeypatch.setattr(Worker, "machine", machine)


def box_of(box: Box) -> dict[str, float]:
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height}


@pytest.mark.usefixtures("worker")
def test_the_task_hangs_the_picture_sealed_for_thirty_seconds_and_several_may_look(box, store):
    outcome = prepare_display(photo_store.put(portrait()), box_of(box), "a reply")
    prepared = Prepared.from_dict(outcome["prepared"])
    assert (prepared.width, prepared.height) == (640, 480)
    picture = photo_store.look("a reply")
    assert picture is not None
    assert picture == photo_store.look("a reply")
    [name] = store.scan_iter("*photo*")
    assert 0 < store.pttl(name) <= 30_000
    assert 29_000 < photo_store.milliseconds_left("a reply") <= 30_000
    assert picture[200:400] not in store.get(name)


@pytest.mark.usefixtures("worker")
def test_the_task_says_by_code_what_it_refuses_and_hangs_nothing(box, store):
    forged = {
        "display_another_face": portrait(x=0.2),
        "display_several_faces": file_of(with_face(drawn_face(x=0.25, size=0.4), sitter=OTHER, x=0.75, size=0.4)),
        "display_no_face": file_of(background()),
        "display_unreadable": truncated(),
    }
    for code, picture in forged.items():
        assert prepare_display(photo_store.put(picture), box_of(box), "a reply") == {"refused": code}
    assert not list(store.scan_iter("*photo*"))


@pytest.mark.usefixtures("worker")
def test_a_ticket_that_was_spent_is_asked_for_again(box):
    ticket = photo_store.put(portrait())
    assert "prepared" in prepare_display(ticket, box_of(box), "a reply")
    assert prepare_display(ticket, box_of(box), "another") == {"refused": "try_again"}
    assert photo_store.look("another") is None


def test_without_a_machine_the_picture_is_gone_and_the_code_says_so(box, store, monkeypatch):
    monkeypatch.setattr(Worker, "machine", None)
    assert prepare_display(photo_store.put(portrait()), box_of(box), "r") == {"refused": "machine_unavailable"}
    assert not list(store.scan_iter("*photo*"))


def test_a_task_that_takes_too_long_is_stopped_not_answered(box, monkeypatch):
    class Slow:
        class finder:  # noqa: N801
            @staticmethod
            def find(pixels: np.ndarray) -> list:
                raise SoftTimeLimitExceeded

    monkeypatch.setattr(Worker, "machine", Slow)
    with pytest.raises(SoftTimeLimitExceeded):
        prepare_display(photo_store.put(portrait()), box_of(box), "r")


def test_pictures_are_never_given_out_again():
    assert not prepare_display.acks_late
    assert not draw_photo.acks_late
