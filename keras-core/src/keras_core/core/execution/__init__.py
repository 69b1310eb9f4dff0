"""Functions over variables: differentiated, compiled, seeded."""
