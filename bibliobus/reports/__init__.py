"""Workbooks and tables made from a plan."""
