"""The real machine, loaded once, and pictures that a package carries."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def machine():
    """The default detector and labels, as a worker holds them."""
    from classifier.pipeline import load_machine

    return load_machine()


@pytest.fixture(scope="session")
def sample_pictures() -> Path:
    """The folder of pictures inside scikit-image's package; nothing is downloaded."""
    skimage = pytest.importorskip("skimage", reason="scikit-image carries the pictures")
    return Path(skimage.__file__).parent / "data"
