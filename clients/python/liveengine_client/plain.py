"""The commands as a plain program calls them; `plain.pyi` holds their types."""

from liveengine_client.address import Address as AllCommands

__all__ = ["AllCommands"]
