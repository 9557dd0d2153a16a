"""Other programs that do the same work, to be measured beside ours in one run. Runs on: bench."""
