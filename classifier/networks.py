"""Opens networks in onnxruntime, on the CPU and with the threads of our choosing."""

from pathlib import Path

import onnxruntime

from classifier.errors import MachineUnavailable

ERRORS_ONLY = 3


def open_network(path: Path, *, threads: int) -> onnxruntime.InferenceSession:
    """A session over an ONNX file.

    Args:
        path: of the file.
        threads: within one operator. One in a worker: workers stand side by side on the cores.
    Raises:
        MachineUnavailable: onnxruntime cannot read the file.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A plan of memory for each size of picture ever seen: 50 MB a worker, and no time saved.
    options.enable_mem_pattern = False
    options.log_severity_level = ERRORS_ONLY
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no base class but this
        raise MachineUnavailable(f"{path.parent.name}/{path.name} is no network that onnxruntime can run.") from error
