"""Live's names for our commands: clients of AbletonOSC find what they know. Runs on: event loop."""
