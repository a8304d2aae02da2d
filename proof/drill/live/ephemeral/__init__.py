"""A throw-away copy of a deployment in a sub-domain: deployed, drilled and destroyed."""
