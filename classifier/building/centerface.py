"""CenterFace's published graph, made to take pictures of any size."""

import onnx

FREE = (0, 2, 3)  # batch, height, width; the channels stay


def free_the_size(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with free batch, height and width, where the publisher had fixed 10 × 32 × 32.

    Weights leave the list of inputs, where the old format had them: onnxruntime may then fold them.
    """
    freed = onnx.ModelProto()
    freed.CopyFrom(model)
    weights = {tensor.name for tensor in freed.graph.initializer}
    pictures = [value for value in freed.graph.input if value.name not in weights]
    del freed.graph.input[:]
    freed.graph.input.extend(pictures)
    for value in (*freed.graph.input, *freed.graph.output):
        prefix = "in" if value in pictures else "out"
        for position in FREE:
            axis = value.type.tensor_type.shape.dim[position]
            axis.ClearField("dim_value")
            axis.dim_param = f"{prefix}{position}"
    onnx.checker.check_model(freed)
    return freed
