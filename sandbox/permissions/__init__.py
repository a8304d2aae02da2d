"""What it takes to deploy: the least policies of a stack's deployer, and roles that have them."""
