"""Files and samples: decode, resample, RIFF chunks, loudness. Runs on: worker process."""
