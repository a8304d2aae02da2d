"""What the emitted stacks are held to: our own rules, and checkov's."""
