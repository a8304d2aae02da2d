"""What the emitted stacks are checked against: our own rules, and checkov's."""
