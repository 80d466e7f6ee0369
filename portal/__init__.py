"""The web application: everything that knows HTTP, a template, a command line or a vendor."""
