"""Articles that we wrote ourselves about an invented region, for the demo and the golden tests."""
