"""Regions that AWS prescribes."""

# The only region that has Route 53's metrics.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
GLOBAL_METRICS_REGION = "us-east-1"
