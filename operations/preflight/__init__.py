"""`failover preflight`: what an AWS account must have before the first apply.

Each check is a small function in the module of its subject, and yields its findings. A check that
cannot run says so, and counts as not ready.
"""
