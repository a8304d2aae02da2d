"""What a drill on the real deployment needs in the primary's region."""

from modules.live_drill.experiment import CutOff
from modules.live_drill.reopening import Reopening

__all__ = ["CutOff", "Reopening"]
