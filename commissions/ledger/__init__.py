"""Accrual and double entry: postings, journal, balances, periods, and where every line stands."""
