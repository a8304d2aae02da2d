"""Keeps a failover in place, and wakes the standby: a Lambda function in the standby's region.

It needs nothing but that region and DNS. Its truth is in S3, never in an event: an event that is
lost, late or repeated changes nothing that the next minute would not have.
"""
