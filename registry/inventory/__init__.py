"""Pulling inventory: a gateway's configuration or a provider's list of models read, and drafts made of it for the registry.

Owns what such a file says, and what of it is new here: endpoints to propose, days on which models end, names by which
programs call them, registrations to begin. Refuses to know how each of these is decided: drafts go through the actions of
the catalogue, of surfaces and of aliases. A file is read and not kept; keys in it are left out and counted.
"""
