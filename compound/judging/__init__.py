"""From a plan to its audit; knows no planner."""
