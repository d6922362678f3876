"""Template tags of the kernel's features (the look's own are in governance.ui.templatetags)."""
