"""Tells people, from the primary's region, that the standby is lost: a Lambda function.

Every other alarm about the standby is in the standby's region, or in us-east-1, and may be lost
with it. This one depends on nothing but the primary's region and DNS.
"""
