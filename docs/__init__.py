"""The guide for planners; installed as ``bibliobus.docs``, so that ``bibliobus help guide`` finds it."""
