"""Play: starter kit if the library is empty, search, arrange, launch scene by scene, record. Runs on: the user's shell.

It starts `liveengine serve`, or joins the one that runs on the library, and drives it from outside, as any other client
would: over OSC and WebSocket.
"""

import argparse
import asyncio
import hashlib
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import ingest, performance, remote, screen, search, server, settings
from liveengine.cli.remote import Osc, WebSocket

EXAMPLES = """examples:
  liveengine demo
  liveengine demo --prompt "dunkler Dub-Techno, 124 bpm"
  liveengine demo --library ~/samples
  liveengine demo --once --seconds 20 --out take.wav
"""

JSON = False
PROMPT = "driving industrial techno 138 bpm"
ROLES = ("kick", "snare", "hihat", "percussion", "bass", "synth", "vocal", "atmo", "fx")
QUERIES = ("dunkler, hypnotischer Techno-Kick mit industrieller Textur", "driving bass with analog warmth")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--prompt", default=PROMPT, help=f"what to play (default: {PROMPT!r})")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another choice of stems (default 0)")
    parser.add_argument("--once", action="store_true", help="end by itself after --seconds")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long --once plays (default 30)")
    parser.add_argument("--out", metavar="FILE", help="where the take goes (default: generated_tracks/ of the library)")
    settings.arguments(parser)


def roots(option: str | None) -> tuple[Path, Path | None]:
    """Return (data root, folder of the user's own audio or None).

    A folder that is no data root but holds files is the user's own audio: nothing is written into it, its library
    lies in the user's data folder.
    """
    root = config.library_root(option)
    own = option is not None and root.is_dir() and any(root.iterdir()) and not (root / "processed_database").is_dir()
    if not own:
        return root, None
    mark = hashlib.blake2b(str(root).encode(), digest_size=4).hexdigest()
    return config.user_folder() / "libraries" / f"{root.name}-{mark}", root


def run(options: Any) -> int:
    """Run the demo; return 0 when it ended cleanly."""
    root, source = roots(options.library)
    if remote.running(root) is not None:
        screen.console().print("a server runs on this library: the demo fills its slots and plays there")
    server.compile_kernel()
    with server.started(root, options) as run_info:
        return asyncio.run(_drive(run_info, root, source, options))


async def _drive(run_info: dict[str, Any], root: Path, source: Path | None, options: Any) -> int:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with AsyncExitStack() as stack:
        socket = await stack.enter_async_context(WebSocket.open(run_info))
        osc = Osc(run_info)
        stack.callback(osc.close)
        out = screen.console()
        stats = await socket.call("/engine/stats")
        stream = "the null stream (no sound)" if stats["stream"] == "null" else stats["stream"]
        out.print(f"[bold]liveengine[/] plays through {stream} at {stats['rate']} Hz; library {root}")
        await _fill(socket, source)
        for query in QUERIES:
            search.show(query, await socket.call("/stems/find", prompt=query, top_k=3))
        prompt, left_out = feasible(options.prompt, await socket.call("/stems/categories"))
        if left_out:
            out.print(f"the library has no stems of these categories, so they stay silent: {', '.join(left_out)}")
        plan = await socket.call("/arrange", prompt=prompt, seed=options.seed)
        performance.show_plan(options.prompt, plan)
        ports = run_info["ports"]
        out.print(f"browser remote: [bold]http://127.0.0.1:{ports['http']}/[/]   OSC: udp {ports['osc']}")
        if not options.once:
            out.print("Ctrl-C ends it")
        show = performance.Performance(socket, osc, plan, stop)
        await show.play(options.seconds if options.once else None, options.out)
        await performance.report(socket, show, stats)
        out.print(f"go on with these stems: [bold]{performance.again(root)}[/]")
    return 0


def feasible(prompt: str, counts: dict[str, int]) -> tuple[str, list[str]]:
    """Return the prompt without the roles that the library has no stem for, and those roles.

    `counts` says how many stems each category holds; with none of any role the prompt stays, for the refusal to tell.
    """
    missing = [role for role in ROLES if not counts.get(role)]
    if len(missing) == len(ROLES):
        return prompt, []
    return " ".join([prompt, *(f"without {role}" for role in missing)]), missing


async def _fill(socket: WebSocket, source: Path | None) -> None:
    """Fill an empty library from the user's folder, or with the starter kit."""
    if await socket.call("/stems/list", limit=1):
        return
    folder = str(source)
    if source is None:
        job = (await socket.call("/kit"))["job"]
        made = await ingest.follow(socket.call, job, "synthesise the starter kit", False)
        folder = made["result"]["folder"]
    job = (await socket.call("/ingest", path=folder))["job"]
    state = await ingest.follow(socket.call, job, "ingest", False)
    screen.console().print(ingest.summary(state))
