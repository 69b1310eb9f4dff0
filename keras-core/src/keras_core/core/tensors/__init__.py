"""Tensors: of the engine, symbolic and sparse, their dtypes, and what surrounds their code."""
