"""Constructs, one folder per logical unit: what runs in a region, its DNS, its Terraform state."""
