"""The embedded engine: Whoosh's postings and matchers, columns and a commit of our own around them."""
