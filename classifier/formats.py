"""What a file is, from its first bytes alone: no decoder, so the web process may ask."""

HEAD_BYTES = 12  # as many as `sniff` wants to see


def sniff(head: bytes) -> str | None:
    """The format that `head` announces: "jpeg", "png" or "webp"; None for every other.

    Args:
        head: the file's first `HEAD_BYTES` bytes, or more of it.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return None
