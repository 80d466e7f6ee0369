"""What readers do with it: save, judge, collect, acknowledge; and what is new for them."""
