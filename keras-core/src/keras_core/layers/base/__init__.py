"""What every layer is made of."""
