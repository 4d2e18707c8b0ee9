"""Training data from start to file: groups from wherever they are, picked, written."""
