"""Incidents that begin with a finding: by a button, or by themselves where policy says so; each names the other.

Owns when a finding becomes an incident, and that it becomes one only once while it burns. Refuses to know how findings are
drawn and settled, and how an incident is run.
"""
