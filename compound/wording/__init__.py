"""How a number and a sentence are written for a person."""
