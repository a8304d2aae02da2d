"""An AWS on this machine: the embedded AWS, Terraform against it, and `failover local`."""
