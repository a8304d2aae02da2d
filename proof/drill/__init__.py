"""The drill: runs the emitted system and its users on loopback, and takes a region down."""
