"""Lets an operator read and move the failover switch."""
