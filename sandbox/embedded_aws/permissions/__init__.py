"""IAM for requests made as a role: what a request needs, and whether the role has it.

If a call's resource cannot be determined, only a wildcard allows it, so the embedded AWS may refuse
what AWS allows.
"""
