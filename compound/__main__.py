"""`python -m compound`."""

from compound.cli.main import run

run()
