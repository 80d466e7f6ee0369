"""Control: everything that is stated is worked out again and compared."""
