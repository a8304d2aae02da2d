"""The operator's hand on the failover switch."""
