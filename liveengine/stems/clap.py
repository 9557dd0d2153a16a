"""The daemon's side of CLAP: sentences and files go to the resident worker. Runs on: event loop."""

import asyncio
import base64
import json
import os
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from liveengine.digest import known
from liveengine.errors import ModelMissing
from liveengine.stems.embed import DIM, Reads, Sound
from liveengine.stems.taught import Taught
from liveengine.stems.vectors import Floats

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool

PUBLISHED = "laion/larger_clap_music_and_speech"
NEEDED = ("config.json", "model.safetensors")
REMEMBERED = 256  # sentences whose vectors are kept
TOGETHER = 8  # files in one job
SHARPNESS = 20.0  # of the votes: a cosine 0.1 higher is 7 times as likely; LAION's own logit scale is about this
CATEGORY_SENTENCES = {
    "kick": "a kick drum",
    "snare": "a snare drum or hand clap",
    "hihat": "a hi-hat or cymbal",
    "bass": "a bass guitar or synthesizer bass",
    "percussion": "hand percussion, bongo, shaker or tom",
    "fx": "a sound effect, riser, sweep or impact",
    "synth": "a synthesizer melody, chord or lead",
    "vocal": "a human voice singing or speaking",
    "atmo": "an ambient drone or background atmosphere",
    "drums": "a drum loop played on a full drum kit",
}


def find(models: Path) -> Path | None:
    """Return the folder with CLAP's weights: below the library's models, else in the Hugging Face cache."""
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    hub = Path(os.environ.get("HF_HUB_CACHE") or home / "hub") / f"models--{PUBLISHED.replace('/', '--')}" / "snapshots"
    for folder in (models / "clap", *sorted((models / "clap").glob("*")), *sorted(hub.glob("*"))):
        if all((folder / name).is_file() for name in NEEDED):
            return folder
    return None


def published(folder: Path) -> str | None:
    """Return under which name a folder's model was published: fetched by this program or by the hub's own client."""
    if "models--" in str(folder):
        return PUBLISHED
    try:
        source = str(json.loads((folder / "manifest.json").read_text("utf-8"))["source"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return "/".join(source.rsplit("/", 2)[-2:])


def checksum(folder: Path, cache: Path) -> str:
    """Return BLAKE2b-128 of the weights, hex; read once (a second for 800 MB), then from `cache`."""
    return known(cache, folder / "model.safetensors")


class ClapEmbedder:
    """CLAP behind the Embedder protocol. Raises ModelMissing when the worker cannot load it."""

    def __init__(self, pool: "Pool", folder: Path, checksum: str, tuned: Taught | None = None) -> None:
        self.model = tuned.id if tuned else f"clap:{published(folder) or folder.name}"
        self.checksum = checksum
        self.reads: Reads = "english"
        self.taught = tuned.words if tuned else frozenset[str]()
        self.ear: Path | None = None
        self._pool = pool
        self._model = {"model_dir": str(folder), **({"heads": str(tuned.folder)} if tuned else {})}
        self._folder = tuned.folder if tuned else folder
        self._sentences: OrderedDict[str, Floats] = OrderedDict()
        self._waiting: list[tuple[Path, asyncio.Future[Floats]]] = []
        self._draining: asyncio.Task[None] | None = None

    async def warm(self) -> None:
        """Do nothing: the resident worker takes a gigabyte, and is started when somebody asks."""

    async def text(self, query: str) -> Floats:
        """Return the vector of a sentence; a recent one comes from memory."""
        if query not in self._sentences:
            vectors = await self._ask("text", {"texts": [query]})
            self._sentences[query] = vectors[0]
            if len(self._sentences) > REMEMBERED:
                self._sentences.popitem(last=False)
        self._sentences.move_to_end(query)
        return self._sentences[query]

    def directions(self, concepts: Sequence[str]) -> Floats:
        """Return zeros: the model knows words, not the lexicon."""
        return np.zeros((len(concepts), DIM), np.float32)

    async def audio(self, sound: Sound) -> Floats:
        """Return the vector of a sound; sounds that come while the worker is busy travel together."""
        future: asyncio.Future[Floats] = asyncio.get_running_loop().create_future()
        self._waiting.append((sound.path, future))
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        return await future

    async def votes(self, vector: Floats) -> dict[str, float]:
        """Return how likely each category is: the sound against one sentence for each."""
        sentences = np.stack([await self.text(sentence) for sentence in CATEGORY_SENTENCES.values()])
        scores = np.exp(SHARPNESS * (sentences @ vector))
        return dict(zip(CATEGORY_SENTENCES, (scores / scores.sum()).tolist(), strict=True))

    async def _drain(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            await self._embed(some)
        self._draining = None

    async def _embed(self, some: list[tuple[Path, asyncio.Future[Floats]]]) -> None:
        try:
            vectors = await self._ask("embed", {"paths": [os.path.realpath(path) for path, _ in some]})
        except Exception as error:
            if len(some) > 1:  # one bad file must not fail the others
                for one in some:
                    await self._embed([one])
            elif not some[0][1].done():
                some[0][1].set_exception(error)
            return
        for (_, future), vector in zip(some, vectors, strict=True):
            if not future.done():
                future.set_result(vector)

    async def _ask(self, kind: str, payload: dict[str, Any]) -> Floats:
        answer = await self._pool.run(kind, {**payload, **self._model})
        if answer["checksum"] != self.checksum:
            raise ModelMissing(f"the weights in {self._folder} changed while the library was open; start it again")
        return np.frombuffer(base64.b64decode(answer["vectors"]), "<f4").reshape(-1, DIM).astype(np.float32)
