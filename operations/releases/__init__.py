"""Packs a release of the user's application, and checks that the instances could run it."""
