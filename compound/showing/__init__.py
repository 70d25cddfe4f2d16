"""A judged thing as rows of text and as JSON, the same for terminal and sheet."""
