"""The HTML edge of exceptions."""
