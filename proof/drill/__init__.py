"""The drill: the emitted system on loopback, its users, and a region that is lost."""
