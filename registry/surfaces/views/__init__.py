"""Pages of surfaces: the list, one surface and what is done to it, registration, the contract's editor."""
