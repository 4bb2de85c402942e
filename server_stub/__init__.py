"""The centre: takes in, stores, tabulates and publishes."""
