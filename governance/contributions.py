"""What the kernel itself shows on its own pages; each feature's part is in its own module."""

import governance.people.events  # noqa: F401
