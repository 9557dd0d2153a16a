"""The Neuromorphe Traum-Engine from Python: `Engine` (plain), `AsyncEngine` (event loop), `WebEngine` (HTTP alone)."""

from liveengine_client.engine import Engine
from liveengine_client.errors import EngineFault, NoEngine
from liveengine_client.live import AsyncEngine, Event
from liveengine_client.web import WebEngine

__all__ = ["AsyncEngine", "Engine", "EngineFault", "Event", "NoEngine", "WebEngine"]
