"""Closing a month, and its statements: drafted, issued, set as PDF, CSV and XLSX, told by mail."""
