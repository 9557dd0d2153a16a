"""From a prompt to a plan, and from a plan to slots and tracks. Runs on: event loop."""
