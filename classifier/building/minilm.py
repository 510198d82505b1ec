"""all-MiniLM-L6-v2, a small sentence encoder, in numpy: texts to unit vectors, as alike as the texts are.

Used only to build the transfer matrix, so it need be right and not fast.

Source: Wang et al., MiniLM (NeurIPS 2020); Devlin et al., BERT (2018); sentence-transformers' pooling.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

LAYERS, HEADS, WIDTH = 6, 12, 384
LONGEST = 128  # tokens; the publisher's own limit
BATCH = 64
EPSILON = 1e-12

Floats = NDArray[np.float32]


def erf(x: Floats) -> Floats:
    """The error function, within 1.5e-7. Source: Abramowitz and Stegun, formula 7.1.26."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    tail = np.full_like(t, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail = tail * t + coefficient
    value: Floats = (np.sign(x) * (1 - tail * t * np.exp(-x * x))).astype(np.float32)
    return value


class Encoder:
    """Reads `tokenizer.json` and `model.safetensors` of a folder, once."""

    def __init__(self, folder: Path) -> None:
        self._weights: dict[str, Floats] = load_file(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None) -> Floats:
        """Unit vectors (n, 384) float32, in the order of `texts`; `progress` hears how many are done."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(texts), WIDTH), np.float32)
        by_length = np.argsort([len(ids) for ids in tokens], kind="stable")
        for start in range(0, len(texts), BATCH):
            chosen = by_length[start : start + BATCH]
            longest = max(len(tokens[i]) for i in chosen)
            ids = np.zeros((len(chosen), longest), np.int64)
            mask = np.zeros((len(chosen), longest), np.float32)
            for row, i in enumerate(chosen):
                ids[row, : len(tokens[i])] = tokens[i]
                mask[row, : len(tokens[i])] = 1
            vectors[chosen] = self._sentences(ids, mask)
            progress(min(start + BATCH, len(texts)))
        return vectors

    def _sentences(self, ids: NDArray[np.int64], mask: Floats) -> Floats:
        """Mean of the last layer over the tokens that are there, made a unit vector."""
        x = self._embed(ids)
        hidden = ((1 - mask) * -1e9)[:, None, None, :]
        for layer in range(LAYERS):
            x = self._layer(x, hidden, f"encoder.layer.{layer}.")
        mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        unit: Floats = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return unit

    def _embed(self, ids: NDArray[np.int64]) -> Floats:
        table = "embeddings.{}_embeddings.weight".format
        words = self._weights[table("word")][ids]
        places = self._weights[table("position")][: ids.shape[1]]
        return self._normalised(words + places + self._weights[table("token_type")][0], "embeddings.LayerNorm")

    def _layer(self, x: Floats, hidden: Floats, prefix: str) -> Floats:
        x = self._normalised(
            x + self._attention(x, hidden, f"{prefix}attention."), f"{prefix}attention.output.LayerNorm"
        )
        wide = self._linear(x, f"{prefix}intermediate.dense")
        wide = wide * np.float32(0.5) * (1 + erf(wide / np.float32(np.sqrt(2))))
        return self._normalised(x + self._linear(wide, f"{prefix}output.dense"), f"{prefix}output.LayerNorm")

    def _attention(self, x: Floats, hidden: Floats, prefix: str) -> Floats:
        batch, length, _ = x.shape
        query, key, value = (
            self._linear(x, f"{prefix}self.{name}").reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(WIDTH / HEADS)) + hidden
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        mixed = (weights @ value).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH)
        return self._linear(mixed, f"{prefix}output.dense")

    def _linear(self, x: Floats, name: str) -> Floats:
        y: Floats = x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return y

    def _normalised(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + EPSILON)
        y: Floats = centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return y
