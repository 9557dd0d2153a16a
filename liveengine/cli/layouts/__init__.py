"""Writes the clients' layouts and types from the registry. Runs on: the developer's shell."""
