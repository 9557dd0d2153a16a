"""The ways in and out: OSC, MIDI, HTTP, WebSocket. Runs on: event loop."""
