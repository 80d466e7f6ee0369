"""What a browser sees: one folder an area. Areas do not import each other."""
