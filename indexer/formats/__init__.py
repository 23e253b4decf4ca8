"""One module per input format, each with its own sniffing, found through the entry point `backfile.formats`."""
