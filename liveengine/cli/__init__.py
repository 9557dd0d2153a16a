"""The command line, one file per verb. Runs on: the user's shell."""
