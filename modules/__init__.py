"""What the stacks are made of, a folder for each logical unit: a region, its DNS, its state.

Each is a construct, `Module` in `modules/module.py`, that can stand in any stack, and several times
in one.
"""
