"""What words of sound mean, English and German: concepts, their spellings and what they imply."""
