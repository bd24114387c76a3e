"""Python imports this at its start where the folder is on PYTHONPATH: in each kernel and program a test starts."""

import refuse_connections  # noqa: F401
