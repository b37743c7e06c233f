"""Maps and pages as one HTML file that needs nothing from outside."""
