"""Sentences to CLAP vectors. Runs on: worker process (the same as `embed`: one model in memory)."""

from collections.abc import Callable
from typing import Any

from liveengine.jobs.embed import model, packed


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Return {"vectors": base64 of float32 [n, 512], "model", "checksum"} of the sentences `texts`.

    Payload: texts, model_dir, heads (folder of tuned projections, if any). Raises ModelMissing.
    """
    clap = model(payload["model_dir"], payload.get("heads"))
    return packed(clap, clap.text(payload["texts"]))
