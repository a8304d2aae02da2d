"""Delivers releases of the application to both regions, and brings a failed one back."""
