"""What is payable, when and to whom: batches, files for the bank, its answers."""
