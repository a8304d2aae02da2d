"""What the function and the stacks agree on. It imports nothing that synth does not install."""

# Addresses that nobody has: https://www.rfc-editor.org/rfc/rfc5737
HEALTHY_ADDRESS = "192.0.2.1"
UNHEALTHY_ADDRESS = "192.0.2.2"
# Seconds that a resolver may keep them.
TTL = 5

# The switch's object, the only one that health checkers may read: it says nothing of who, when and
# why.
SET_KEY = "failed-over"
CLEARED_KEY = "cleared"
NOTE_KEY = "note"
# Its time of writing is when the standby was last needed.
NEEDED_KEY = "standby-needed"

# Looks of a scheduled run, and seconds between them. EventBridge starts a run somewhere in each
# minute, as a rule at the same second of it: then looks are at most 10 s apart, and else 60.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
LOOKS = 7
BETWEEN_LOOKS = 10
LONGEST_GAP = 2 * 60 - (LOOKS - 1) * BETWEEN_LOOKS
