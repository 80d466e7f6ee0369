"""The one calculation, pure and exact: facts of lines in, what every payee earned out."""
