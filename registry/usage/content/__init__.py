"""Prompts and outputs that programs send along: refused and counted, or kept redacted for a while where policy says so.

Owns what becomes of a text, how it is redacted and its keyed fingerprint. Refuses to know how a call is matched: the store
says which surface and tier a call has.
"""
