"""The component tags."""
