"""The wire format: bytes to types and back, the same code on tablet, laptop and centre."""
