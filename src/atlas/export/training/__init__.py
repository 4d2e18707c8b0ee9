"""Groups as training data: one file a format, each row written from one group at a time."""
