"""Documents: what leaves the house on paper.

Owns the way from a template and plain data to PDF/A-3 bytes (`rendering`, `press`), the kept documents with the hash of
what they were made from and the code under which anybody can check them, and the model-risk charter. It refuses to know
what a surface, a change or an incident is: apps above contribute a `DocumentKind` with its data and its template, and a
`CharterSection` for what the charter says of them.

WeasyPrint is imported by `press` alone, and `press` runs as a process of its own: a missing font or a hostile text may
end that process, but never a web or worker process.
"""
