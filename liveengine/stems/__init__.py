"""What knows the stems: database, index, search, ingest. Runs on: event loop."""
