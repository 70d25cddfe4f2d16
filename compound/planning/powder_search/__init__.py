"""The exhaustive search for powder plans, in whole units; knows no order."""
