"""Tests of `failover switch`."""
