"""Tensors, variables, dispatch of operations, differentiation, compilation: what all rooms use."""
