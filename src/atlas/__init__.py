"""Atlas: makes tool-using LLM agents measurably better from their own experience."""

from importlib.metadata import version

__version__ = version("atlas")
