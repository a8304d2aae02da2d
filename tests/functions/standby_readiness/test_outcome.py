"""How a check is run."""

from botocore.exceptions import EndpointConnectionError

from functions.standby_readiness.outcome import Check, Found, Status, each
from tests.functions.standby_readiness.fakes import refusal


def test_what_fails_is_not_checked_and_keeps_what_was_found() -> None:
    def check(_: str) -> Found:
        yield Status.READY, "the first half"
        raise EndpointConnectionError(endpoint_url="https://sts.us-east-1.amazonaws.com")

    first, second = Check("it", check)("subject")
    assert (first.what, first.status, first.said) == ("it", Status.READY, "the first half")
    assert second.status is Status.UNKNOWN
    assert second.said.startswith("cannot be checked: Could not connect to the endpoint")


def test_an_answer_in_an_unexpected_form_is_not_checked_either() -> None:
    def check(answer: dict[str, str]) -> Found:
        yield Status.READY, answer["Account"]

    (outcome,) = Check("it", check)({})
    assert (outcome.status, outcome.said) == (
        Status.UNKNOWN,
        "cannot be checked: KeyError('Account')",
    )


def test_one_that_cannot_be_asked_keeps_none_of_the_others_from_it() -> None:
    def ask(region: str) -> Found:
        if region == "lost":
            raise refusal("RegionLost")
        yield Status.READY, region

    statuses = [status for status, _ in each(["lost", "there"], ask)]
    assert statuses == [Status.UNKNOWN, Status.READY]


def test_only_what_is_ready_or_a_note_does_not_count() -> None:
    assert {status for status in Status if not status.counts} == {Status.READY, Status.NOTE}
