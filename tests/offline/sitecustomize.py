"""Python imports this at its start where the folder is on PYTHONPATH: in each kernel and program a test starts."""

import sys

import refuse_connections  # noqa: F401

# nbformat imports it to look at a kind of web address that notebooks lack, and it builds a grammar first, for 2 s.
sys.modules["rfc3987_syntax"] = None
