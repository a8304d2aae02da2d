"""The code that runs in AWS Lambda: in the standby's region, and the standby watch in the
primary's."""
