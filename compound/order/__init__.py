"""What is asked for: from options, a formula, a row of a table, or the request of a plan."""
