"""The centre's database: all SQL of the intake is in this room."""
