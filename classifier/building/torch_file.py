"""Reads the weights in a `.pth` file of PyTorch's format before 1.6, with numpy and without PyTorch.

A pickle can run any code, so only the few names that such a file needs are let through.

Source: torch.serialization._legacy_load, PyTorch 1.5.
"""

import pickle
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

MAGIC = 0x1950A86A20F9469CFC6C
STORAGES = {"FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2", "LongStorage": "<i8"}

Array = NDArray[Any]


class NoTorchWeights(Exception):
    """The bytes are not those of a legacy `.pth` file, or ask for a name that no weights need."""


@dataclass(frozen=True)
class _StorageType:
    dtype: str


@dataclass(frozen=True)
class _Slot:
    """A tensor whose numbers come later in the file."""

    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _slot(storage: str, offset: int, shape: Any, strides: Any, *_: object) -> _Slot:
    return _Slot(storage, offset, tuple(shape), tuple(strides))


class _WeightsUnpickler(pickle.Unpickler):
    """Knows ordered dictionaries, tensors and storages; notes every storage's type by its key."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.dtypes: dict[str, str] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _slot
        if module == "torch" and name in STORAGES:
            return _StorageType(STORAGES[name])
        raise NoTorchWeights(f"The file asks for {module}.{name}, which no weights need.")

    def persistent_load(self, pid: Any) -> str:
        _, storage_type, key, *_ = pid
        self.dtypes[key] = storage_type.dtype
        return str(key)


def read(path: Path) -> dict[str, Array]:
    """The arrays of a legacy `.pth` state dictionary, by name.

    Raises:
        NoTorchWeights: another format, or a pickle that asks for anything but weights.
    """
    with path.open("rb") as file:
        try:
            if _WeightsUnpickler(file).load() != MAGIC:
                raise NoTorchWeights(f"{path.name} does not begin with the legacy magic number.")
        except (pickle.UnpicklingError, EOFError) as error:
            raise NoTorchWeights(f"{path.name} does not begin with a pickle.") from error
        _WeightsUnpickler(file).load()  # the protocol's version
        _WeightsUnpickler(file).load()  # the machine it was written on
        weights = _WeightsUnpickler(file)
        slots: dict[str, _Slot] = weights.load()
        keys: list[str] = _WeightsUnpickler(file).load()
        storages = {key: _storage(file, weights.dtypes[key]) for key in keys}
    return {name: _tensor(slot, storages[slot.storage]) for name, slot in slots.items()}


def _storage(file: BinaryIO, dtype: str) -> Array:
    count = int.from_bytes(file.read(8), "little")
    return np.frombuffer(file.read(count * np.dtype(dtype).itemsize), dtype)


def _tensor(slot: _Slot, storage: Array) -> Array:
    size = storage.itemsize
    return np.lib.stride_tricks.as_strided(
        storage[slot.offset :], slot.shape, [stride * size for stride in slot.strides]
    ).copy()
