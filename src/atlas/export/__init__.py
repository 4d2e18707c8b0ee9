"""Export: data out of Atlas, as files that others read."""
