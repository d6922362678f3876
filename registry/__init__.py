"""What exists and what it may do: the catalogue, surfaces, contracts and their changes.

Stands on governance, and refuses to know incidents.
"""
