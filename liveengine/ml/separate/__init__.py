"""Whole tracks to vocals, drums, bass and other. Runs on: worker process.

`signal` needs no network: `look` and `cells` see what speaks for each part in every cell of the spectrum, `masks`
weighs it, `learn` has found the weights. `demucs` runs a network whose files lie in the library's models/demucs/NAME;
`sealed` makes those of a checkpoint. `parts` writes the four files.
"""

PARTS = ("vocals", "drums", "bass", "other")
