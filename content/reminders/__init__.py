"""Reminders of reviews, and the Monday digest."""
