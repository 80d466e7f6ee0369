"""Files made readable: text, pages, captions, demos, copies with a partner's name."""
