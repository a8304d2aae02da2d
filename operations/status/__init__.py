"""How a deployment is now: one screen of what DNS and both regions say."""
