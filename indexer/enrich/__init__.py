"""What the text itself tells where the publisher is silent: language, date, people, places, organisations."""
