"""What the engine's clock follows, and what follows it. Runs on: event loop and threads of its ports."""
