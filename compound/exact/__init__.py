"""What a number is here: frozen values, exact amounts, rounding, numbers that no fraction holds; input errors."""
