"""Atlas: makes tool-using LLM agents measurably better from their own experience."""

__version__ = "0.1.0"
