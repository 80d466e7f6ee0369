"""Why an amount is what it is: stored bounds and numerators, evaluated again, and as sentences."""
