"""IAM, for what runs as a role: what a request needs, and whether the role has it.

Where it cannot be told which resource a call is on, only a wildcard allows it: the embedded AWS
may refuse what AWS allows.
"""
