"""How articles get in: from files, folders and archives, through a format's parser and enrichment, to the index."""
