"""The four Terraform stacks: which module with which settings, provider and state backend.

None refers to another. What one needs of another is a name that both compute from the environment
file, so each can be planned and applied while the others' regions are gone.
"""

from stacks.synthesis import synthesise, synthesised

__all__ = ["synthesise", "synthesised"]
