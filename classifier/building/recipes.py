"""Makes each model's files from its sources, into a folder of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx

from classifier.building import centerface, efficientnet, minilm, torch_file, transfer
from classifier.building.transfer import Entry

Parts = Mapping[str, Path]
Report = Callable[[str], None]


@dataclass(frozen=True)
class Words:
    """What the dictionary has to give.

    `persons` and `things` are entries by wnid; `never` are the persons that are no labels: the root, and individuals.
    """

    persons: Mapping[str, Entry]
    things: Mapping[str, Entry]
    never: frozenset[str]


def build_centerface(parts: Parts, into: Path) -> None:
    """Write model.onnx: the published network with free sizes."""
    onnx.save(centerface.free_the_size(onnx.load(parts["centerface.onnx"])), into / "model.onnx")


def build_lite0_minilm(parts: Parts, words: Words, into: Path, report: Report) -> None:
    """Write model.onnx, classes.txt, labels.txt and transfer.npz. `report` hears of progress, a line at a time."""
    report("network: EfficientNet-Lite0")
    weights = torch_file.read(parts["efficientnet-lite0-57934424.pth"])
    onnx.save(efficientnet.build(weights), into / "model.onnx")

    classes = parts["imagenet_synsets.txt"].read_text(encoding="ascii").split()
    persons = [
        wnid
        for wnid in parts["imagenet21k_goog_synsets.txt"].read_text(encoding="ascii").split()
        if wnid in words.persons
    ]
    encoder = minilm.Encoder(parts["model.safetensors"].parent)
    # The synsets that are no labels take part in the neighbourhoods; only then do their columns go.
    whole = transfer.matrix(
        [words.things[wnid] for wnid in classes],
        [words.persons[wnid] for wnid in persons],
        lambda what, texts: _encode(encoder, what, texts, report),
    )
    labels = [column for column, wnid in enumerate(persons) if wnid not in words.never]
    _write_lines(into / "classes.txt", classes)
    _write_lines(into / "labels.txt", [persons[column] for column in labels])
    np.savez_compressed(into / "transfer.npz", K=whole[:, labels].astype(np.float16))


def _encode(encoder: minilm.Encoder, what: str, texts: Sequence[str], report: Report) -> transfer.Floats:
    return encoder.encode(texts, lambda done: report(f"texts: {what}: {done:,} of {len(texts):,}"))


def _write_lines(path: Path, wnids: Sequence[str]) -> None:
    path.write_text("".join(f"{wnid}\n" for wnid in wnids), encoding="ascii")
