"""What makes the music: transport, clips, mixer, journal. Runs on: event loop."""
