"""What is missing: asked for by partners, answered by the brand."""
