"""What will be done: seven verbs, to and from JSON."""
