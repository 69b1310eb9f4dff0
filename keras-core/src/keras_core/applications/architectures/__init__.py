"""The architectures, a family in each file."""
