"""Who is served, how often and how long."""
