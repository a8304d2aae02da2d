"""The Terraform stacks: which modules they contain, with which settings, provider and backend.

None refers to another. What one needs from another is a name that both compute from the environment
file, so each can be planned and applied while the others' regions are down. Only `tables`, which
exists where there are DynamoDB global tables, needs both regions.
"""

from stacks.synthesis import synthesise, synthesised

__all__ = ["synthesise", "synthesised"]
