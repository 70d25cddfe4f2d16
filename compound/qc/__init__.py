"""Weights and assays of finished capsules, judged by the rules of facts."""
