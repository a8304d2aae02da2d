"""The model of Route 53, against what AWS documents; and the deployment, against the model."""
