"""Events as EventBridge delivers them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

Event = dict[str, Any]

ACCOUNT = "123456789012"


def cloudwatch_time(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def scheduled(region: str = "eu-west-1") -> Event:
    """The event of the rule `rate(1 minute)`."""
    return {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": "2026-11-24T10:00:00Z",
        "region": region,
        "resources": [f"arn:aws:events:{region}:{ACCOUNT}:rule/failover-control-minute"],
        "detail": {},
    }


def alarm(name: str, *, began: datetime, value: str = "ALARM") -> Event:
    """The alarm's event, sent two minutes after the failure began, as is usual."""
    told = began + timedelta(minutes=2)
    reason_data = {
        "version": "1.0",
        "queryDate": cloudwatch_time(told),
        "startDate": cloudwatch_time(began),
        "statistic": "Minimum",
        "period": 60,
        "recentDatapoints": [0.0],
        "threshold": 1.0,
        "evaluatedDatapoints": [
            {"timestamp": cloudwatch_time(began), "sampleCount": 6.0, "value": 0.0}
        ],
    }
    arn = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:{name}"
    return {
        "version": "0",
        "id": "c4c1c1c9-6542-e61b-6ef0-8c4d36933a92",
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "account": ACCOUNT,
        "time": told.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "us-east-1",
        "resources": [arn],
        "detail": {
            "alarmName": name,
            "configuration": {
                "description": "The primary's health check is unhealthy",
                "metrics": [
                    {
                        "id": "2c93bf7c-1c7f-4b1d-b6e4-2b1b4ed2c0ff",
                        "metricStat": {
                            "metric": {
                                "namespace": "AWS/Route53",
                                "name": "HealthCheckStatus",
                                "dimensions": {"HealthCheckId": "abcdef11-2222-3333-4444-555555"},
                            },
                            "period": 60,
                            "stat": "Minimum",
                        },
                        "returnData": True,
                    }
                ],
            },
            "previousState": {
                "reason": "Threshold Crossed: 1 datapoint [1.0] was not less than 1.0.",
                "timestamp": cloudwatch_time(began - timedelta(days=1)),
                "value": "OK" if value == "ALARM" else "ALARM",
            },
            "state": {
                "reason": "Threshold Crossed: 1 datapoint [0.0] was less than 1.0.",
                "reasonData": json.dumps(reason_data),
                "timestamp": cloudwatch_time(told),
                "value": value,
            },
        },
    }
