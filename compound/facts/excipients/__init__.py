"""Excipients, shells and dosage forms, judged by name."""
