"""Tells whether the standby could take over now: a Lambda function in the standby's region.

Its checks ask that region alone, so that they still tell while the primary's is lost. `failover
ready` runs the same ones, and adds what takes both regions or Route 53's control plane.
"""
