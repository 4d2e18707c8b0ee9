"""The scripted student among files: reads a question, the files through tools, and computes or writes code."""
