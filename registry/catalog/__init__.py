"""What models are called through: vendors with their terms, endpoints, tools, and which data may go where.

Refuses to know surfaces.
"""
