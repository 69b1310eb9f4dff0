"""How the core's objects take part in OpenVINO's own world."""
