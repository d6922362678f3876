"""What incidents register at start: event kinds, then what each feature shows."""
