"""Shows and moves the writer of a deployment's database."""
