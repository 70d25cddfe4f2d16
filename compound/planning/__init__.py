"""From an order to a plan; knows no judge."""
