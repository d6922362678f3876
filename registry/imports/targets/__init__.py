"""What files can become now: surfaces, vendors, people. Other features contribute further targets from their own folder."""
