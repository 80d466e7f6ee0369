"""Use that can be trusted: views, active time, downloads, what is played of films, and the reports of it."""
