"""In front of an AWS: whatever became due since the last request happens before the next one.

No thread does it, as a clone of the process would not have that thread.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox.embedded_aws.experiments import advance_experiments
from sandbox.embedded_aws.instances.boots import advance_boots
from sandbox.embedded_aws.instances.refreshes import advance_refreshes
from sandbox.embedded_aws.requests import LOST
from sandbox.embedded_aws.route53.alarms import watch_health
from sandbox.embedded_aws.schedules import advance_schedules

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def as_time_passes(application: "WSGIApplication") -> "WSGIApplication":
    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        advance_boots()
        advance_refreshes()
        advance_experiments()
        advance_schedules()
        watch_health(environ.get(LOST, frozenset[str]()))
        return application(environ, start_response)

    return answer
