"""The other ways in: a batch by REST and a table by hand, for what speaks no OpenTelemetry.

Owns how one item or row becomes a `Call` and what is said of those that cannot. Stores by the same store as spans.
"""
