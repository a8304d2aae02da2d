"""The application's data in the drill: real servers, users who write, and what became of it."""
