"""Objects by name: their registry, and their configs."""
