"""What makes the sound: one compiled kernel over shared memory. Runs on: engine process, audio thread."""
