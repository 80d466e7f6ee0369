"""What joins all of it for one reader: month board, exception queue, trace of a cent, the partner's money."""
