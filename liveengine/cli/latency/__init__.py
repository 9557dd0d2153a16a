"""How soon what was asked for is heard, by another JACK client: a whole server, beside scsynth. Runs on: bench."""
