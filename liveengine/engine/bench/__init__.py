"""What the engine keeps of its promises, measured. Not RT-safe. Runs on: by hand, bench."""
