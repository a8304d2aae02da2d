"""What every command shares with whoever runs it: the console, errors in words, options, files."""
