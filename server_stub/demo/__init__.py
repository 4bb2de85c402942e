"""The whole way from touch to published table, in one command, as a user would go it.

`command` has the order of the steps, `story` the steps; they start the other programs (`centre`,
`window`, `survey`), spoil the link (`relay`) and search what crossed it (`sweep`).
"""

from server_stub.demo.command import main

__all__ = ["main"]
