"""Pages of targets, witnesses and watched logs, and the door at which other logs ask for cosignatures."""
