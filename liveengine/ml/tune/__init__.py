"""A search model learns a user's own words: fine-tuning on sounds with captions."""
