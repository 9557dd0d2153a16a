"""The weights inside an ONNX file of the shipped model, by the names that they have in torch. Runs on: worker process.

A linear layer that the exporter wrote as a product and a sum has lost its weight's name and stands transposed: it is
known by the bias that follows it. A batch norm is folded into the convolution before it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.errors import ModelMissing
from liveengine.ml.export import whole

Weights = dict[str, npt.NDArray[np.float32]]
NARROW = "_16"  # ends the names of tables that are stored in 16 bits


def load(file: Path) -> Any:
    """Return the model of a file. Raises ModelMissing if it is none, or onnx is not installed."""
    try:
        import onnx
    except ImportError:
        raise ModelMissing("a model is tuned with torch and onnx: pip install 'liveengine[ml]'") from None
    try:
        return onnx.load(file)
    except Exception as error:  # protobuf's own kinds
        raise ModelMissing(f"{file} is no whole ONNX file ({error}); `liveengine models verify` tells more") from None


def weights(model: Any) -> Weights:
    """Return every weight as float32, with torch's name and shape."""
    from onnx import numpy_helper

    products = _products(model)
    found = {}
    for table in model.graph.initializer:
        name = table.name.removesuffix(NARROW)
        values = np.asarray(numpy_helper.to_array(table), np.float32)
        found[products.get(name, name)] = values.T if name in products else values
    return found


def put(model: Any, changed: Mapping[str, npt.NDArray[np.float32]], file: Path) -> None:
    """Write the model with other values for some weights, in the precision that each has; whole or not at all.

    Raises KeyError for a weight that the model lacks, ValueError for another shape.
    """
    from onnx import numpy_helper

    products, left = _products(model), dict(changed)
    for table in model.graph.initializer:
        own = table.name.removesuffix(NARROW)
        name = products.get(own, own)
        if name not in left:
            continue
        old = numpy_helper.to_array(table)
        new = left.pop(name)
        new = new.T if own in products else new
        if new.shape != old.shape:
            raise ValueError(f"{name} has the shape {new.shape}, not {old.shape}")
        table.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(new, old.dtype), table.name))
    if left:
        raise KeyError(f"the model has no {', '.join(sorted(left))}")
    whole(file, model.SerializeToString())


def _products(model: Any) -> dict[str, str]:
    """Return the torch names of weights that are the right side of a product, by the names they have in the file."""
    made = {node.output[0]: node.input[1] for node in model.graph.node if node.op_type == "MatMul"}
    sums = [list(node.input) for node in model.graph.node if node.op_type == "Add"]
    return {
        made[product]: f"{bias.removesuffix('.bias')}.weight"
        for pair in sums
        for product, bias in (pair, pair[::-1])
        if product in made and bias.endswith(".bias")
    }
