"""What the function and the stacks agree on. It imports nothing that synth does not install."""

# Addresses reserved for documentation, which nobody has: https://www.rfc-editor.org/rfc/rfc5737
HEALTHY_ADDRESS = "192.0.2.1"
UNHEALTHY_ADDRESS = "192.0.2.2"
# Seconds that resolvers may cache them.
TTL = 5

# The switch's object is the only one that health checkers may read, so it does not say who set the
# switch, when or why.
SET_KEY = "failed-over"
CLEARED_KEY = "cleared"
NOTE_KEY = "note"
# Its modification time is when the standby was last needed.
NEEDED_KEY = "standby-needed"

# Its modification time is since when the primary has been down, for an automatic promotion.
DOWN_KEY = "primary-down"

# The start of the name of Aurora's snapshot of lost writes, and a part of our copy's. Aurora takes
# it of the old writer's volume when that rejoins, and deletes it with the old cluster's backups.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
TAKEN_BY_AURORA = "rds:unplanned-global-failover-"
KEPT = "lost-writes"

# Says until when the control is paused, and by whom. Its modification time is since when; it counts
# for so many minutes at most.
PAUSED_KEY = "paused"
MOST_PAUSED_MINUTES = 4 * 60

# Looks per scheduled run, and seconds between them. EventBridge starts a run at some point in each
# minute, usually at the same second. Looks are then at most 10 s apart; otherwise at most 60.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
LOOKS = 7
BETWEEN_LOOKS = 10
LONGEST_GAP = 2 * 60 - (LOOKS - 1) * BETWEEN_LOOKS
