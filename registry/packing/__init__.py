"""What an audit pack says of surfaces and all that belongs to them: its scopes, records and pages.

Owns which records a pack has, in which words, as they were at the checkpoint, and what an edition leaves out of them. It
reads and never writes. Refuses to know how a pack is sealed (governance.packs) and how pages are set (governance.documents).
"""
