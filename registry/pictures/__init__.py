"""Pictures over the whole register: the map of surfaces, endpoints, vendors and data classes, approved against observed.

Owns how ways are gathered, grouped and told. Refuses to write anything: it reads contracts in force and what was observed.
"""
