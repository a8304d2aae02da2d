"""Keeps a failover in place and wakes the standby: a Lambda function in the standby's region.

It depends on nothing but that region and DNS. The source of truth is S3, never an event: one that
is lost, late or repeated changes nothing that the next minute's run would not change anyway.
"""
