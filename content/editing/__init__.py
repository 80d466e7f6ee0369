"""Work of the brand: describe, approve, publish, schedule, translate, compare, change in bulk and undo."""
