"""The drill on a real deployment: what takes the primary away, and what users see."""
