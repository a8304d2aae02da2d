"""What an operator runs beside `cdktf`."""
