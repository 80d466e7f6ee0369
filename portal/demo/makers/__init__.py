"""Makers of real files: documents, decks, spreadsheets, pictures, sound, film and an HTML demo."""
