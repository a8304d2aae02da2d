"""Tests of the failover control module."""
