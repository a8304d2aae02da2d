"""What runs in AWS Lambda, in the standby's region."""
