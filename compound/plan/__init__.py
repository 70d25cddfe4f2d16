"""What will be done: six verbs, to and from JSON."""
