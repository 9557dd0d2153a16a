"""The models; the only folder that imports the heavy libraries. Runs on: worker process."""
