"""The TCP ports in use."""

HTTP = 80
HTTPS = 443
