"""The whole system on this machine: the embedded AWS with the emitted stacks applied to it."""
