"""Binding: many small PDFs, each set by our own press, copied into one file that keeps its tags and its claims.

Owns the file format: numbers, streams, trees. Only one piece is open at a time and everything is written as it comes, so
that a volume of thousands of pages takes no more memory than one of ten. It refuses to know what a volume is about, and
binds only what our press has set: it relies on how WeasyPrint writes.
"""
