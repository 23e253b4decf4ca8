"""How a question is answered: from the text of a request to ranked, faceted, highlighted results."""
