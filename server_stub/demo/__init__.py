"""The whole way from touch to published table, in one command, as a user would go it."""
