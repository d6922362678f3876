"""A whole company as one YAML file, out and in.

Owns the shape of the file, what of it differs from what is held, and its application through the same actions that
people use. Refuses to decide: a contract that comes in is a draft, a vendor is proposed, policy is only named, and what
the file does not say stays as it is. Nothing is deleted by a file.
"""
