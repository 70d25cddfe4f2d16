"""Back from the bench: readings, what they make of the dose, what to weigh next."""
