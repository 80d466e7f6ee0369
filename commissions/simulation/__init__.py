"""Plans tried on cases and on past months, writing nothing."""
