"""The text tower is loaded once, in a thread, however many sentences come first."""

import asyncio
import threading
from typing import Any

import numpy as np
import onnxruntime
import pytest

from liveengine.config import data
from liveengine.jobs.pool import Pool
from liveengine.stems.mini import MODEL, Mini


async def test_two_first_sentences_load_the_model_once_and_not_on_the_event_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loads: list[str] = []
    session = onnxruntime.InferenceSession

    def counted(*given: Any, **named: Any) -> Any:
        loads.append(threading.current_thread().name)
        return session(*given, **named)

    monkeypatch.setattr(onnxruntime, "InferenceSession", counted)
    model = Mini(Pool(1), data("models") / MODEL)
    first, second, _ = await asyncio.gather(model.text("dark kick"), model.text("dark kick"), model.warm())
    assert np.array_equal(first, second)
    assert len(loads) == 1
    assert loads[0] != threading.main_thread().name
    await model.warm()
    assert len(loads) == 1
