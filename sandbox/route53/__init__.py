"""Route 53's rules, which the embedded AWS follows, and the model in `proof` too."""
