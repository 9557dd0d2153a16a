"""The OSC door: UDP and TCP, subscribers, answers. Runs on: event loop."""
