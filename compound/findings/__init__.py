"""What can be found, as data: code, severity, judgement or not."""
