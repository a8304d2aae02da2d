"""What an operator does to a deployment in AWS: look before, move users, compare costs."""
