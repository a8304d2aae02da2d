"""`failover preflight`: what an AWS account must have before the first apply.

Each check is a small function in the module of its subject, and yields what it found. What cannot
be checked says so, and counts as not ready.
"""
