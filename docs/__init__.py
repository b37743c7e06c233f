"""The documentation; its guide is installed as ``bibliobus.docs``, so that ``bibliobus help guide`` finds it."""
