"""One compiled kernel and all that it consists of. Runs on: audio thread (RT-safe)."""
