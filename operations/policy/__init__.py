"""`failover policy`: the emitted stacks against this project's own rules."""
