"""A variational autoencoder for each category: sound to code and back. Runs on: worker processes."""
