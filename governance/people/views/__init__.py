"""The pages about people: directory, invitations, one's own account, and the pages before the door."""
