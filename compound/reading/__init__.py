"""Bytes and texts of users and of the package, read strictly, by one grammar each."""
