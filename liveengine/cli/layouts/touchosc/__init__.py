"""TouchOSC's documents, a tablet's and a phone's. Runs on: the developer's shell."""
