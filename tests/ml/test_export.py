"""What the files of a model say of the machine they were made on: nothing."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from liveengine.config import data

onnx = pytest.importorskip("onnx")
pytest.importorskip("torch")

PLACE = re.compile(rb"(?<![\w./:)-])/[A-Za-z][\w.-]{2,}/[\w.-]{3,}|[A-Z]:\\\\Users|site-packages")
FILES = sorted(path for path in data("models").rglob("*") if path.is_file())


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_no_shipped_file_names_a_folder_of_another_machine(file: Path) -> None:
    assert PLACE.findall(file.read_bytes()) == []


def noted() -> Any:
    """Return y = -x behind an If and inside a function, with notes wherever ONNX allows some."""
    from onnx import TensorProto, helper

    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in "xy")
    inner = helper.make_tensor_value_info("inner", TensorProto.FLOAT, [2])
    branch = helper.make_graph([helper.make_node("Minus", ["x"], ["inner"], domain="own")], "branch", [], [inner])
    twin = helper.make_graph([helper.make_node("Neg", ["x"], ["inner"])], "twin", [], [inner])
    choice = helper.make_tensor("choice", TensorProto.BOOL, [], [True])
    node = helper.make_node("If", ["choice"], ["y"], then_branch=branch, else_branch=twin)
    graph = helper.make_graph([node], "graph", [x], [y], [choice])
    opset = [helper.make_opsetid("", 18), helper.make_opsetid("own", 1)]
    minus = helper.make_function("own", "Minus", ["a"], ["b"], [helper.make_node("Neg", ["a"], ["b"])], opset[:1])
    model = helper.make_model(graph, opset_imports=opset, functions=[minus], ir_version=10)
    then = model.graph.node[0].attribute[0].g
    pieces = (
        model,
        model.graph,
        model.graph.node[0],
        then,
        then.node[0],
        model.functions[0],
        model.functions[0].node[0],
    )
    for piece in (*pieces, model.graph.input[0], model.graph.initializer[0]):
        piece.doc_string = "/home/somebody"
        piece.metadata_props.add(key="pkg.torch.onnx.stack_trace", value='File "/home/somebody/x.py"')
    return model


def test_what_a_model_notes_is_taken_away_and_what_it_computes_stays() -> None:
    from liveengine.ml.export import plain

    model = noted()
    assert model.SerializeToString().count(b"/home/somebody") == 18
    content = plain(model).SerializeToString()
    assert b"/home" not in content
    assert b"stack_trace" not in content
    onnx.checker.check_model(model)
    answer = onnxruntime.InferenceSession(content).run(None, {"x": np.array([1.0, 2.0], np.float32)})
    assert answer[0].tolist() == [-1.0, -2.0]
