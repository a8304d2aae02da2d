"""Route 53's data plane: health checks that find what is there now, and a name server."""
