"""The starter kit as data, one module per family of sounds. Runs on: any process."""
