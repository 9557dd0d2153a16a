"""Variations of a sound that last as long as it does and lie on its grid. Runs on: worker processes."""
