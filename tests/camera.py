"""A camera that always shows the same picture, as Chromium reads one from a file."""

import numpy as np
from PIL import Image


def y4m(picture: Image.Image, *, frames: int = 2) -> bytes:
    """`picture`, of even width and height, as a film of a few frames (YUV4MPEG2, 4:2:0) that is played in a loop."""
    luma, *chroma = (np.asarray(plane) for plane in picture.convert("YCbCr").split())
    halves = [plane.reshape(picture.height // 2, 2, picture.width // 2, 2).mean((1, 3)) for plane in chroma]
    frame = b"FRAME\n" + luma.tobytes() + b"".join(half.round().astype(np.uint8).tobytes() for half in halves)
    head = f"YUV4MPEG2 W{picture.width} H{picture.height} F10:1 Ip A1:1 C420jpeg\n"
    return head.encode() + frame * frames
