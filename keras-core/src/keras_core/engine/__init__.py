"""The engine room: tensors, variables, dispatch of operations, differentiation, compilation."""
