"""What an article is and where it rests: fields, words, settings, errors, and the seam to the storing engine."""
