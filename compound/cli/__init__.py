"""The command line: options typed, files opened, streams, exit codes; one file a command."""
