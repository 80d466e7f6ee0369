"""Files in: read strictly, staged, judged row by row, quarantined or taken."""
