"""What a deployment costs: prices, what the emitted stacks run, and what traffic adds."""
