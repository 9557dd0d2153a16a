"""Max's patch: the file format, and what the patch is made of. Runs on: the developer's shell."""
