"""Calls of the library with odd arguments: what is allowed for each function, and what is odd for any."""
