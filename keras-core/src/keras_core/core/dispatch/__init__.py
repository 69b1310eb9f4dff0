"""How operations are declared and called, and what is said when a call cannot work."""
