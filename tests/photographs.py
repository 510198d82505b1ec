"""Pictures for tests, all generated: the ordinary, the odd and the hostile."""

import io
import struct
import zipfile
import zlib

import numpy as np
from PIL import Image

from tests.drawn_faces import drawn_face

RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 180, 30), (30, 30, 200), (128, 128, 128)


def quarters(width: int = 80, height: int = 60) -> Image.Image:
    """Four flat quarters: red, green above blue, grey. Tells how a picture was turned, and whether colours held."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(GREY, (width // 2, height // 2, width, height))
    return image


def noise(width: int, height: int, *, seed: int = 0) -> Image.Image:
    """Soft random blobs, about as hard to compress as a photograph."""
    rough = np.random.default_rng(seed).integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), np.uint8)
    return Image.fromarray(rough).resize((width, height), Image.Resampling.BICUBIC)


def file_of(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    """`image` as a file."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def jpeg(width: int = 80, height: int = 60) -> bytes:
    """A plain JPEG of `quarters`."""
    return file_of(quarters(width, height), quality=95)


def portrait(**options: object) -> bytes:
    """A JPEG of a face that the machine finds; the options are `drawn_face`'s."""
    return file_of(drawn_face(**options), quality=90)


def twelve_megapixels() -> bytes:
    """A JPEG as a telephone takes it, 4000 × 3000."""
    return file_of(noise(4000, 3000), quality=85)


def turned(orientation: int, form: str = "JPEG") -> bytes:
    """A file whose pixels lie as `orientation` says, so that a reader who obeys it sees `quarters`."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = quarters() if undo is None else quarters().transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "a camera's maker"
    options = {"JPEG": {"quality": 95}, "WEBP": {"lossless": True}, "PNG": {}}[form]
    return file_of(image, form, exif=exif, **options)


def cmyk() -> bytes:
    """A JPEG in printers' colours."""
    return file_of(quarters().convert("CMYK"), quality=95)


def grey_16_bit() -> bytes:
    """A PNG of 16 bits a pixel: a ramp from black to white, left to right."""
    ramp = np.linspace(0, 65535, 80).astype(np.uint16)
    return file_of(Image.fromarray(np.tile(ramp, (60, 1))), "PNG")


def rgb_16_bit() -> bytes:
    """A PNG of 16 bits a channel, flat (200, 30, 30) in 8-bit terms."""
    row = b"\0" + struct.pack(">HHH", *(value * 257 for value in RED)) * 8
    return _png(8, 8, depth=16, colour=2, body=row * 8)


def palette_with_transparency() -> bytes:
    """A palette PNG: left half transparent, right half red."""
    image = Image.new("P", (80, 60), 0)
    image.putpalette([*GREEN, *RED] + [0] * (254 * 3))
    image.paste(1, (40, 0, 80, 60))
    return file_of(image, "PNG", transparency=0)


def transparent() -> bytes:
    """An RGBA PNG: left half wholly transparent over green, right half red."""
    image = Image.new("RGBA", (80, 60), (*GREEN, 0))
    image.paste((*RED, 255), (40, 0, 80, 60))
    return file_of(image, "PNG")


def animated(form: str = "WEBP") -> bytes:
    """Three frames: `quarters`, then grey, then blue."""
    more = [Image.new("RGB", (80, 60), colour) for colour in (GREY, BLUE)]
    options = {"lossless": True} if form == "WEBP" else {}
    return file_of(quarters(), form, save_all=True, append_images=more, duration=100, **options)


def one_pixel() -> bytes:
    """A PNG of a single red pixel."""
    return file_of(Image.new("RGB", (1, 1), RED), "PNG")


def a_long_line() -> bytes:
    """65,535 pixels by one."""
    return file_of(Image.new("RGB", (65_535, 1), RED), "PNG")


def truncated(form: str = "JPEG") -> bytes:
    """The first half of a file."""
    whole = file_of(noise(400, 300), form)
    return whole[: len(whole) // 2]


def pixel_bomb() -> bytes:
    """A small PNG that says it has 50,000 × 50,000 pixels."""
    return _png(50_000, 50_000, depth=8, colour=2, body=bytes(1000))


def text_chunk_bomb() -> bytes:
    """A good PNG with compressed text that unpacks to 512 MB."""
    return _with_chunk(b"zTXt", b"Comment\0\0" + _much())


def icc_bomb() -> bytes:
    """A good PNG with a colour profile that unpacks to 512 MB."""
    return _with_chunk(b"iCCP", b"profile\0\0" + _much())


def exif_bomb() -> bytes:
    """A good JPEG whose EXIF directory has 5,000 entries that each name the whole block: 300 MB when read."""
    block = 65_000
    head = b"II*\0" + struct.pack("<IH", 8, 5000)
    entries = b"".join(struct.pack("<HHII", 0x0200 + n, 7, block, 0) for n in range(5000))
    exif = (head + entries).ljust(block, b"\0")
    segment = b"Exif\0\0" + exif
    plain = jpeg()
    after_jfif = 4 + struct.unpack_from(">H", plain, 4)[0]
    return plain[:after_jfif] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[after_jfif:]


def scan_bomb() -> bytes:
    """A progressive JPEG whose last scan is repeated a thousand times."""
    whole = file_of(noise(400, 300), progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * 1000 + whole[-2:]


def text() -> bytes:
    """No picture at all."""
    return b"Ceci n'est pas une photographie.\n" * 20


def html() -> bytes:
    """What a careless upload of photo.jpg may hold."""
    return b"<!doctype html><html><body><img src=photo.jpg></body></html>"


def svg() -> bytes:
    """A drawing with a script in it."""
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def heic() -> bytes:
    """The beginning of a telephone's HEIC file."""
    return struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(500)


def zipped() -> bytes:
    """An archive with a photograph in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("photo.jpg", jpeg())
    return file.getvalue()


def gif() -> bytes:
    """A picture, but of a format that is not taken."""
    return file_of(quarters(), "GIF")


NO_PICTURES = {"text": text, "html": html, "svg": svg, "heic": heic, "zip": zipped, "gif": gif}


def _much() -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(512)) + packer.flush()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(width: int, height: int, *, depth: int, colour: int, body: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(body)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _with_chunk(kind: bytes, body: bytes) -> bytes:
    """`quarters` as a PNG with one chunk more, after its header."""
    whole = file_of(quarters(), "PNG")
    return whole[:33] + _chunk(kind, body) + whole[33:]
