"""Pure Data's patches: the file format, and what each patch is made of. Runs on: the developer's shell."""
