"""What stands behind ./plumbline once Python and the packages are there.

Owns setting up, starting, testing, checking, saving and restoring an installation. Refuses to know any feature of the
product: it speaks to it through manage.py, settings and environment variables only. Needs nothing but the standard
library where it can, so that it can still speak when something is broken.
"""
