"""Tests the Route 53 model against AWS's documentation, and the deployment against the model."""
