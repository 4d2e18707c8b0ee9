"""The GAIA environment: a question, a private directory with its files, tools to read, write and search."""
