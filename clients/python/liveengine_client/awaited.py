"""The commands as a program on an event loop calls them; `awaited.pyi` holds their types."""

from liveengine_client.address import Address as AllCommands

__all__ = ["AllCommands"]
