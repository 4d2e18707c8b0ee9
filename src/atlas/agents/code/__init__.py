"""The code agent: a model that acts by writing Python, which runs in an isolated process."""
