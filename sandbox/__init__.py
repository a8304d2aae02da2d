"""A local AWS: the embedded AWS, Terraform against it, and `failover local`."""
