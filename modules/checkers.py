"""Route 53's health checkers: how many there are, and the addresses that they connect from."""

from environments import limits

# A health check that names no regions is made from all of these, each with about two data centres.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
CHECKER_REGIONS = limits.CHECKER_REGIONS.most
CHECKERS_IN_REGION = 2

# The IPv4 ranges of the service ROUTE53_HEALTHCHECKS outside China, as of August 2026. AWS rarely
# changes them and announces it in advance. IPv4 is enough: a check by name uses nothing else. It
# works as long as more than 18 % of the checkers are in the list.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/route-53-ip-addresses.html
CHECKER_RANGES = (
    "15.177.0.0/18",
    "54.183.255.128/26",
    "54.228.16.0/26",
    "54.232.40.64/26",
    "54.241.32.64/26",
    "54.243.31.192/26",
    "54.244.52.192/26",
    "54.245.168.0/26",
    "54.248.220.0/26",
    "54.250.253.192/26",
    "54.251.31.128/26",
    "54.252.79.128/26",
    "54.252.254.192/26",
    "54.255.254.192/26",
    "107.23.255.0/26",
    "176.34.159.192/26",
    "177.71.207.128/26",
)
