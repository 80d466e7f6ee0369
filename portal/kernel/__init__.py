"""What every part of Makegood shares: money, database, identity, refusals, the activity log and ports.

No Flask and no vendor of bytes, mail or search is imported here.
"""
