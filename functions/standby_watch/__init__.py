"""Tells people, from the primary's region, that the standby is lost: a Lambda function.

Every alarm about the standby is in the standby's region, or in us-east-1, and is lost with it. This
one needs nothing but the primary's region and DNS.
"""
