"""The MIDI door: controllers, their maps and lights, and learning. Runs on: event loop, rtmidi's threads, a watcher."""
