"""Plans, prints and audits ultralow-dose opioid antagonist capsules in exact arithmetic."""

__version__ = "0.1.0"
