"""The search of the solution route: over all ware and amounts, in numbers alone."""
