"""The Produktions-Fabrik: has stems separated, learnt from and made anew by worker processes. Runs on: event loop."""
