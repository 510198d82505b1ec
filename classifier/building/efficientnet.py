"""EfficientNet-Lite0 as an ONNX graph, batch norm folded into the convolutions, weights in half precision.

Source: Tan and Le, EfficientNet (ICML 2019); the Lite variants drop squeeze-and-excite and use ReLU6.
Names of the weights as in lukemelas/EfficientNet-PyTorch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

SIDE = 224
CLASSES = 1000
EPSILON = 1e-3  # TensorFlow's batch norm, where the weights were trained
OPSET, IR_VERSION = 13, 8
SMALL = 64  # numbers; the first layers' biases stay as they are: they save nothing and cost accuracy

Weights = Mapping[str, NDArray[Any]]


class Stage(NamedTuple):
    """A run of inverted-residual blocks; only the first of them strides."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    inputs: int
    outputs: int


STAGES = (
    Stage(1, 3, 1, 1, 32, 16),
    Stage(2, 3, 2, 6, 16, 24),
    Stage(2, 5, 2, 6, 24, 40),
    Stage(3, 3, 2, 6, 40, 80),
    Stage(3, 5, 1, 6, 80, 112),
    Stage(4, 5, 2, 6, 112, 192),
    Stage(1, 3, 1, 6, 192, 320),
)


def same_padding(side: int, kernel: int, stride: int) -> tuple[int, int, int]:
    """TensorFlow's SAME padding: pixels before, pixels after, and the side of the output."""
    output = -(-side // stride)
    padding = max((output - 1) * stride + kernel - side, 0)
    return padding // 2, padding - padding // 2, output


def folded(weights: Weights, convolution: str, norm: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """A convolution's kernel and bias, the batch norm after it folded in: (o, i, k, k), (o,) float32."""
    scale = weights[f"{norm}.weight"] / np.sqrt(weights[f"{norm}.running_var"].astype(np.float64) + EPSILON)
    kernel = weights[f"{convolution}.weight"] * scale[:, None, None, None]
    bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
    return kernel.astype(np.float32), bias.astype(np.float32)


@dataclass
class _Graph:
    """Nodes and weights as they gather; `side` is that of the current feature map."""

    weights: Weights
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    side: int = SIDE
    convolutions: int = 0

    def constant(self, name: str, array: NDArray[Any]) -> str:
        """Store `array`, in half precision unless it is small; onnxruntime widens it once, when it loads."""
        if array.size <= SMALL:
            self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array, np.float32), name))
            return name
        half = numpy_helper.from_array(np.ascontiguousarray(array, np.float16), f"{name}_half")
        self.constants.append(half)
        self.nodes.append(helper.make_node("Cast", [half.name], [name], to=TensorProto.FLOAT))
        return name

    def convolve(
        self,
        x: str,
        convolution: str,
        norm: str,
        *,
        kernel: int = 1,
        stride: int = 1,
        group: int = 1,
        clip: bool = True,
    ) -> str:
        self.convolutions += 1
        name = f"conv{self.convolutions}"
        before, after, self.side = same_padding(self.side, kernel, stride)
        weight, bias = folded(self.weights, convolution, norm)
        inputs = [x, self.constant(f"{name}_weight", weight), self.constant(f"{name}_bias", bias)]
        self.nodes.append(
            helper.make_node(
                "Conv",
                inputs,
                [name],
                kernel_shape=[kernel, kernel],
                strides=[stride, stride],
                pads=[before, before, after, after],
                group=group,
            )
        )
        if not clip:
            return name
        self.nodes.append(helper.make_node("Clip", [name, "zero", "six"], [f"{name}_relu6"]))
        return f"{name}_relu6"

    def block(self, x: str, index: int, stage: Stage, *, first: bool) -> str:
        """An inverted residual: widen, convolve each channel apart, narrow; add the input where shapes agree."""
        prefix = f"_blocks.{index}."
        inputs = stage.inputs if first else stage.outputs
        stride = stage.stride if first else 1
        y = x
        if stage.expansion != 1:
            y = self.convolve(y, f"{prefix}_expand_conv", f"{prefix}_bn0")
        y = self.convolve(
            y,
            f"{prefix}_depthwise_conv",
            f"{prefix}_bn1",
            kernel=stage.kernel,
            stride=stride,
            group=inputs * stage.expansion,
        )
        y = self.convolve(y, f"{prefix}_project_conv", f"{prefix}_bn2", clip=False)
        if stride != 1 or inputs != stage.outputs:
            return y
        self.nodes.append(helper.make_node("Add", [y, x], [f"sum{index}"]))
        return f"sum{index}"


def build(weights: Weights) -> onnx.ModelProto:
    """The network: `pixels` (n, 3, 224, 224) float32, (rgb − 127) / 128, to `logits` (n, 1000) float32."""
    graph = _Graph(weights)
    for name, value in (("zero", 0), ("six", 6)):
        graph.constants.append(numpy_helper.from_array(np.array(value, np.float32), name))
    x = graph.convolve("pixels", "_conv_stem", "_bn0", kernel=3, stride=2)
    blocks = [(stage, repeat == 0) for stage in STAGES for repeat in range(stage.repeats)]
    for index, (stage, first) in enumerate(blocks):
        x = graph.block(x, index, stage, first=first)
    x = graph.convolve(x, "_conv_head", "_bn1")
    dense = [
        graph.constant("fc_weight", weights["_fc.weight"]),
        graph.constant("fc_bias", weights["_fc.bias"]),
    ]
    graph.nodes += [
        helper.make_node("GlobalAveragePool", [x], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["features"], axis=1),
        helper.make_node("Gemm", ["features", *dense], ["logits"], transB=1),
    ]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "efficientnet_lite0",
            [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", CLASSES])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    model.ir_version = IR_VERSION
    model.producer_name = "build_models"
    onnx.checker.check_model(model, full_check=True)
    return model
