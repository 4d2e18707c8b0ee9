"""The learning report: one file a section, each a pure function of a thread."""
