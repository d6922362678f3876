"""What went wrong and what was learned. Stands on registry and governance."""
