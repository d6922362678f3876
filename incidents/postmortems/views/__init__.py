"""Pages of postmortems: the library, one postmortem and its writing, action items, cases asked for, and closing."""
