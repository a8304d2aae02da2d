"""What the stacks are made of, a folder for each logical unit: a region, its DNS, its state.

A module is a plain class that adds its resources to the stack it is given. It is no construct of
its own: cdktf names a resource `aws_vpc.vpc` where its parent is the stack, and
`aws_vpc.network_vpc_5B3A0C1F` where it is not. So a plan's addresses are found in the source.
"""
