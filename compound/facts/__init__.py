"""What others know or set, by name, each row with its source."""
