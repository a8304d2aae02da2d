"""The operator's side: so far, how this project finds the provider for Terraform."""
