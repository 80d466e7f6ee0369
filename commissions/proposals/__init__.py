"""What asks for approval and what then happens: plans, files, adjustments, write-offs, payouts."""
