"""Every rule of a plan recomputed by arithmetic of its own."""
