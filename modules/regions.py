"""Regions that AWS prescribes."""

# Where AWS runs its services for all regions: IAM, Route 53 and account management. It alone has
# Route 53's metrics, and takes its query logs.
# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
GLOBAL_REGION = "us-east-1"
