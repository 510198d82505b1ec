"""The containers that pictures come in, taken apart without a decoder.

Only what draws the picture is handed on. EXIF, ICC, XMP and text are left behind before Pillow sees the file: they
may unpack to gigabytes (an EXIF directory of 64 kB can name its own bytes 5,000 times), and nobody here wants them.
The one thing read from them is the rotation.
"""

import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

UPRIGHT = 1
ORIENTATION = 0x0112
MOST_SCANS = 64  # of a progressive JPEG: cameras write about ten, and each costs a pass over the whole picture


class Damaged(ValueError):
    """The container's own structure does not hold."""


class Bare(NamedTuple):
    """A picture file without metadata, and the EXIF orientation (1–8) that it had."""

    data: bytes
    orientation: int


def strip(data: bytes, form: str) -> Bare:
    """Leave the metadata of `data` behind.

    Args:
        data: a whole file.
        form: "jpeg", "png" or "webp", as `formats.sniff` says.
    Raises:
        Damaged: truncated, or not laid out as such a file must be.
    """
    return STRIPPERS[form](data)


def has_tail(data: bytes, form: str) -> bool:
    """Whether something follows the picture's own end in `data`, a file that `strip` has taken: a polyglot's mark."""
    return _ENDS[form](data) < len(data)


# --- JPEG: markers up to the first scan ------------------------------------------------------------------------------

APP0, APP1, APP14, APP15, COM = 0xE0, 0xE1, 0xEE, 0xEF, 0xFE
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end (with the marker's two bytes) of each segment; the first scan's runs to the end."""
    at = 2
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 4 > len(data):
            raise Damaged("The JPEG ends before its picture.")
        marker = data[at + 1]
        if marker in {0x00, 0xFF}:  # padding between segments
            at += 1
            continue
        if marker == START_OF_SCAN:
            yield marker, at, len(data)
            return
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if marker == END_OF_IMAGE or end > len(data) or end < at + 4:
            raise Damaged("The JPEG ends before its picture.")
        yield marker, at, end
        at = end


def _strip_jpeg(data: bytes) -> Bare:
    kept, orientation = [data[:2]], UPRIGHT
    for marker, start, end in _jpeg_segments(data):
        if marker == APP1 and data[start + 4 : start + 10] == b"Exif\0\0":
            orientation = _orientation(data[start + 10 : end])
        # APP0 and APP14 say how the colours are coded; the others, and comments, say nothing about the picture.
        if marker in {APP0, APP14} or not (APP1 <= marker <= APP15 or marker == COM):
            kept.append(data[start:end])
    if kept[-1].count(b"\xff\xda") > MOST_SCANS:
        raise Damaged("The JPEG has more scans than any camera writes.")
    return Bare(b"".join(kept), orientation)


def _jpeg_end(data: bytes) -> int:
    # Within a scan, a byte FF is always followed by 00 or by a marker that restarts it.
    scan = next(start for marker, start, _end in _jpeg_segments(data) if marker == START_OF_SCAN)
    end = data.find(bytes([0xFF, END_OF_IMAGE]), scan)
    return end + 2 if end >= 0 else len(data)


# --- PNG: the four chunks that a picture needs, and its transparency -------------------------------------------------

PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end (length, type and checksum included) of each chunk, to IEND."""
    at, kind = 8, b""
    while kind != b"IEND":
        if at + 12 > len(data):
            raise Damaged("The PNG ends before its picture.")
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise Damaged("The PNG ends before its picture.")
        yield kind, at, end
        at = end


def _strip_png(data: bytes) -> Bare:
    kept, orientation = [data[:8]], UPRIGHT
    for kind, start, end in _png_chunks(data):
        if kind == b"eXIf":
            orientation = _orientation(data[start + 8 : end - 4])
        if kind in PNG_KEPT:
            kept.append(data[start:end])
    return Bare(b"".join(kept), orientation)


def _png_end(data: bytes) -> int:
    return max(end for _kind, _start, end in _png_chunks(data))


# --- WebP: RIFF chunks -----------------------------------------------------------------------------------------------

WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"}
ANIMATION, XMP, EXIF, ICC = 0x02, 0x04, 0x08, 0x20


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end (type, length and padding included) of each chunk that RIFF's own length covers."""
    at, stop = 12, 8 + struct.unpack_from("<I", data, 4)[0]
    if stop > len(data):
        raise Damaged("The WebP ends before its picture.")
    while at + 8 <= stop:
        kind, length = struct.unpack_from("<4sI", data, at)
        end = at + 8 + length + length % 2
        if end > stop:
            raise Damaged("The WebP ends before its picture.")
        yield kind, at, end
        at = end


def _strip_webp(data: bytes) -> Bare:
    kept, orientation, frames = [], UPRIGHT, 0
    for kind, start, end in _webp_chunks(data):
        frames += kind == b"ANMF"
        if kind == b"EXIF":
            orientation = _orientation(data[start + 8 : end].removeprefix(b"Exif\0\0"))
        if kind == b"VP8X" and end - start >= 9:  # its first byte says which metadata follow: none any more
            flags = data[start + 8] & ~(XMP | EXIF | ICC)
            kept.append(data[start : start + 8] + bytes([flags]) + data[start + 9 : end])
        elif kind in WEBP_KEPT and frames <= 1:  # the first frame is the picture
            kept.append(data[start:end])
    body = b"WEBP" + b"".join(kept)
    return Bare(b"RIFF" + struct.pack("<I", len(body)) + body, orientation)


def _webp_end(data: bytes) -> int:
    return int(8 + struct.unpack_from("<I", data, 4)[0])


# --- EXIF: one tag, from a directory that is read once and bounded by its own length ---------------------------------


def _orientation(exif: bytes) -> int:
    """The orientation tag of a TIFF block; upright when the block is damaged: the picture may be whole."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None or len(exif) < 10:
        return UPRIGHT
    (at,) = struct.unpack_from(order + "I", exif, 4)
    if at + 2 > len(exif):
        return UPRIGHT
    (entries,) = struct.unpack_from(order + "H", exif, at)
    for entry in range(at + 2, min(at + 2 + 12 * entries, len(exif) - 11), 12):
        tag, _, _, value = struct.unpack_from(order + "HHIH", exif, entry)
        if tag == ORIENTATION:
            return value if 1 <= value <= 8 else UPRIGHT
    return UPRIGHT


STRIPPERS: dict[str, Callable[[bytes], Bare]] = {"jpeg": _strip_jpeg, "png": _strip_png, "webp": _strip_webp}
_ENDS: dict[str, Callable[[bytes], int]] = {"jpeg": _jpeg_end, "png": _png_end, "webp": _webp_end}
