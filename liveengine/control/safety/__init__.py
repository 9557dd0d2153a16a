"""Who is let in at the doors, and how much of them each may take. Runs on: event loop."""
