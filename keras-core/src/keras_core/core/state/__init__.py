"""Variables, and where they are put."""
