"""The taught towers as files that onnxruntime runs: weights in 16 bits, arithmetic in 32. Runs on: worker process."""

import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from liveengine.lexicon import tokens
from liveengine.ml.hear import LEAST, MOST
from liveengine.ml.learn import Pupil
from liveengine.ml.spectrum import BANDS

Names = tuple[list[str], list[str]]  # of inputs, of outputs
SMALL = 1_024  # numbers: a smaller table stays as it is


def export(pupil: Pupil, folder: Path) -> None:
    """Write audio.onnx, text.onnx and tokenizer.json; each file is whole or absent."""
    levels = torch.rand(1, 2, BANDS, LEAST)
    rows = torch.export.Dim("rows", min=LEAST, max=MOST)
    _write(pupil.audio, (levels,), ({3: rows},), (["levels"], ["vector", "categories"]), folder / "audio.onnx")
    ids = torch.ones(1, 6, tokens.MOST_PIECES, dtype=torch.int64)
    words = torch.export.Dim("words", min=1, max=tokens.MOST_WORDS)
    _write(pupil.text, (ids,), ({1: words},), (["ids"], ["vector"]), folder / "text.onnx")
    table = {
        "words": tokens.WORDS,
        "pieces": tokens.PIECES,
        "most_words": tokens.MOST_WORDS,
        "most_pieces": tokens.MOST_PIECES,
        "letters": list(tokens.LETTERS),
        "hash": "crc32",
    }
    whole(folder / "tokenizer.json", (json.dumps(table, indent=2) + "\n").encode())


def _write(tower: nn.Module, example: tuple[Any, ...], shapes: tuple[Any, ...], names: Names, file: Path) -> None:
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            tower.eval(),
            example,
            dynamo=True,
            input_names=names[0],
            output_names=names[1],
            dynamic_shapes=shapes,
            verbose=False,
        )
    assert program is not None
    whole(file, plain(_halved(program.model_proto)).SerializeToString())


def plain(model: Any) -> Any:
    """Return the model without what its maker noted in it: stack traces name folders of the machine it was made on."""
    pieces = [model, model.graph, *model.functions, *_nodes(model.graph)]
    pieces += [node for function in model.functions for node in _nodes(function)]
    values = (model.graph.input, model.graph.output, model.graph.initializer, model.graph.value_info)
    for piece in (*pieces, *(value for some in values for value in some)):
        piece.ClearField("metadata_props")
        piece.ClearField("doc_string")
    return model


def _nodes(graph: Any) -> Iterator[Any]:
    """Give every node of a graph or function, those of the graphs inside its nodes too, and these graphs."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in (*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])):
                yield inner
                yield from _nodes(inner)


def _halved(model: Any) -> Any:
    """Return the graph with its large tables in 16 bits, each widened where it is used: half the size of the file."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for table in model.graph.initializer:
        if table.data_type != TensorProto.FLOAT or int(np.prod(table.dims)) < SMALL:
            continue
        name, narrow = table.name, f"{table.name}_16"
        table.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(table).astype(np.float16), narrow))
        casts.append(helper.make_node("Cast", [narrow], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    return model


def whole(file: Path, content: bytes) -> None:
    """Write a file; it is there whole or not at all."""
    part = file.with_name(file.name + ".part")
    part.write_bytes(content)
    part.replace(file)
