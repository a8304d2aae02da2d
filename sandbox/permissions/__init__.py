"""Permissions to deploy: least-privilege policies for each stack's deployer, and their roles."""
