"""Availability zones: `failover zone`."""
