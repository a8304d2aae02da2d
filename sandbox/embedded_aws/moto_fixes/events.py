"""Fixes of moto's EventBridge."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

from typing import Any

from moto.events.models import Rule


def schedules_match_no_event() -> None:
    """moto sends every event to the targets of scheduled rules, and fails on Lambda targets."""
    send = Rule.send_to_targets

    def send_to_targets(self: Rule, *arguments: Any, **options: Any) -> None:
        if not self.scheduled_expression:
            send(self, *arguments, **options)

    Rule.send_to_targets = send_to_targets
