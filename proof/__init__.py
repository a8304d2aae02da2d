"""Claims put to the test: the model of Route 53, and the drill."""
