"""Moves users to the other region and back: plans of steps that can be repeated."""
