"""The operator's tools for a deployment in AWS: preflight checks, moving users, comparing costs."""
