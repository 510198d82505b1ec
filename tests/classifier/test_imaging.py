import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from classifier import imaging
from classifier.containers import strip
from classifier.errors import UnreadablePhoto, UnsupportedFormat
from classifier.formats import sniff
from classifier.imaging import Photograph, decode_photo
from tests import photographs


def seen(photo: Photograph) -> list[str]:
    """The colours of the four quarters, by name, in reading order."""
    height, width, _ = photo.pixels.shape
    names = {
        "red": photographs.RED,
        "green": photographs.GREEN,
        "blue": photographs.BLUE,
        "grey": photographs.GREY,
    }
    middles = [(height // 4, width // 4), (height // 4, 3 * width // 4)]
    middles += [(3 * height // 4, width // 4), (3 * height // 4, 3 * width // 4)]
    found = []
    for at in middles:
        away = {name: np.abs(photo.pixels[at].astype(int) - colour).max() for name, colour in names.items()}
        name = min(away, key=away.__getitem__)
        assert away[name] <= 12, (at, photo.pixels[at])
        found.append(name)
    return found


QUARTERS = ["red", "green", "blue", "grey"]


def test_a_plain_jpeg_keeps_its_colours_and_its_size():
    photo = decode_photo(photographs.jpeg())
    assert seen(photo) == QUARTERS
    assert (photo.width, photo.height, photo.pixels.shape, photo.pixels.dtype) == (
        80,
        60,
        (60, 80, 3),
        np.uint8,
    )


def test_a_twelve_megapixel_photograph_is_reduced_and_remembers_its_size():
    photo = decode_photo(photographs.twelve_megapixels())
    assert photo.pixels.shape == (1200, 1600, 3)
    assert (photo.width, photo.height) == (4000, 3000)


def test_drafting_a_large_jpeg_changes_next_to_nothing():
    data = photographs.twelve_megapixels()
    whole = np.asarray(Image.open(imaging.io.BytesIO(data)).resize((1600, 1200), Image.Resampling.BICUBIC), int)
    assert np.abs(decode_photo(data).pixels - whole).mean() < 3


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_upright_as_its_camera_says(orientation, form):
    photo = decode_photo(photographs.turned(orientation, form))
    assert seen(photo) == QUARTERS
    assert (photo.width, photo.height) == (80, 60)


def test_a_cmyk_jpeg_keeps_its_colours():
    assert seen(decode_photo(photographs.cmyk())) == QUARTERS


def test_sixteen_bits_of_grey_are_scaled_and_not_clipped():
    row = decode_photo(photographs.grey_16_bit()).pixels[30, :, 0]
    assert row[0] == 0
    assert row[-1] == 255
    assert 120 <= row[40] <= 135


def test_sixteen_bits_of_colour_keep_their_hue():
    assert tuple(decode_photo(photographs.rgb_16_bit()).pixels[4, 4]) == photographs.RED


@pytest.mark.parametrize("make", [photographs.palette_with_transparency, photographs.transparent])
def test_what_is_transparent_lies_on_white(make):
    pixels = decode_photo(make()).pixels
    assert tuple(pixels[30, 10]) == (255, 255, 255)
    assert tuple(pixels[30, 70]) == photographs.RED


@pytest.mark.parametrize("form", ["WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken(form):
    assert seen(decode_photo(photographs.animated(form))) == QUARTERS


def test_a_single_pixel_is_a_photograph():
    photo = decode_photo(photographs.one_pixel())
    assert photo.pixels.tolist() == [[list(photographs.RED)]]


def test_a_very_long_line_keeps_at_least_one_pixel_of_height():
    photo = decode_photo(photographs.a_long_line())
    assert photo.pixels.shape == (1, 1600, 3)
    assert (photo.width, photo.height) == (65_535, 1)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_truncated_file_is_refused(form):
    with pytest.raises(UnreadablePhoto):
        decode_photo(photographs.truncated(form))


def test_too_many_pixels_are_refused_before_they_are_unpacked():
    with pytest.raises(UnreadablePhoto, match="more than 25 million pixels"):
        decode_photo(photographs.pixel_bomb())


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(("form", "side"), [("jpeg", 5000), ("png", 5000), ("webp", 3535)])
def test_the_limit_on_pixels_is_exact(form, side):
    refused = photographs.file_of(Image.new("L", (side, side + 2)), form)
    allowed = photographs.file_of(Image.new("L", (side, side)), form)
    assert decode_photo(allowed).width == side
    with pytest.raises(UnreadablePhoto, match="pixels"):
        decode_photo(refused)


@pytest.mark.parametrize("make", [photographs.exif_bomb, photographs.icc_bomb, photographs.text_chunk_bomb])
def test_bombs_in_metadata_never_go_off(make):
    data = make()
    tracemalloc.start()
    try:
        assert seen(decode_photo(data)) == QUARTERS
        assert tracemalloc.get_traced_memory()[1] < 4_000_000 + 2 * len(data)
    finally:
        tracemalloc.stop()


def test_a_jpeg_of_a_thousand_scans_is_refused():
    with pytest.raises(UnreadablePhoto):
        decode_photo(photographs.scan_bomb())


@pytest.mark.parametrize("make", photographs.NO_PICTURES.values(), ids=photographs.NO_PICTURES)
def test_what_is_no_jpeg_png_or_webp_is_refused_by_its_first_bytes(make):
    assert sniff(make()) is None
    with pytest.raises(UnsupportedFormat):
        decode_photo(make())


@pytest.mark.parametrize(("form", "name"), [("JPEG", "jpeg"), ("PNG", "png"), ("WEBP", "webp")])
def test_the_three_formats_are_known_by_twelve_bytes(form, name):
    assert sniff(photographs.file_of(photographs.quarters(), form)[:12]) == name


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_maker_of_the_camera_is_forgotten_before_decoding(form):
    data = photographs.turned(6, form)
    assert b"a camera's maker" in data
    assert b"a camera's maker" not in strip(data, form.lower()).data


@given(
    form=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    hits=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=12),
    keep=st.floats(0.05, 1),
)
def test_damaged_files_are_pictures_or_refusals_and_nothing_else(form, hits, keep):
    data = bytearray(photographs.turned(6, form))
    for place, value in hits:
        data[int(place * len(data))] = value
    try:
        photo = decode_photo(bytes(data[: max(1, int(keep * len(data)))]))
    except (UnreadablePhoto, UnsupportedFormat):
        return
    assert photo.pixels.shape[2] == 3


def test_a_time_limit_that_strikes_while_decoding_is_not_taken_for_damage(monkeypatch):
    def struck(*_args, **_options):
        raise imaging.SoftTimeLimitExceeded

    monkeypatch.setattr(imaging.Image, "open", struck)
    with pytest.raises(imaging.SoftTimeLimitExceeded):
        decode_photo(photographs.jpeg())
