"""Two regions' PostgreSQL servers, which replicate for real over links that play the distance."""
