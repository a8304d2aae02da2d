"""What all commands share: the console, error messages, options, files."""
