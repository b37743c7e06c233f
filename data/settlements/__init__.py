"""Sample areas, installed as ``bibliobus.samples``; each folder has a README with its sources."""
