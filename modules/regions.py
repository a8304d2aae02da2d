"""Regions that AWS itself has chosen."""

# Where Route 53's metrics are, and nowhere else.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
GLOBAL_METRICS_REGION = "us-east-1"
