"""The whole system on this machine: the embedded AWS, and the emitted stacks applied to it."""
