"""The building blocks of the stacks, one folder per logical unit: a region, its DNS, its state.

Each is a construct based on `Module` in `modules/module.py`. It works in any stack, and more than
once in the same stack.
"""
