"""Plays a drill on a real deployment, and judges each scenario."""

from modules.recovery_time import recovery_time
from proof.drill.live.scenarios import scenarios
from proof.drill.live.stage import LiveStage
from proof.drill.play import Result
from proof.drill.played import Played, Promise
from proof.drill.scenario import Times
from proof.drill.verdict import Verdict
from proof.drill.verdicts import judge
from terminal.errors import OperationError


def promise_of(stage: LiveStage) -> Promise:
    """What the deployment's synth promised. The database is none of users' business here: the
    primary's goes on while nobody reaches its load balancer."""
    environment = stage.environment
    return Promise(
        recovery_time(environment).total,
        environment.failover.latches,
        Times.of(environment),
        len(stage.vantage.resolvers),
        https=environment.tls,
    )


async def play(stage: LiveStage) -> Result:
    """Runs the drill, in `LiveStage.running`. It ends with the first scenario that breaks."""
    result = Result(promise_of(stage))
    for scenario in scenarios(stage.environment):
        stage.journal.tell("scenario", scenario.title)
        began, error = stage.clock.now, None
        try:
            began = await scenario.play(stage, result.promise.times)
        except OperationError as failed:
            error = Verdict("it can be played", str(failed), holds=False)
        played = Played(scenario, began, stage.clock.now)
        played.requests = [
            one for one in stage.journal.requests if began <= one.ended < played.ended
        ]
        result.played.append(played)
        verdicts = [error] if error else judge(played, result.promise)
        result.verdicts += [(scenario.key, verdict) for verdict in verdicts]
        if not result.holds:  # the next one starts from where this one should have ended
            break
    return result
