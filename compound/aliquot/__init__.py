"""The everyday question without a batch: least weighable quantity, one aliquot, mass of this lot, alligation."""
