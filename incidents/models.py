"""All tables of incidents: a feature's models take this app's label once they are imported here."""
