"""The generator: conversations made from worlds of its own, without a model, the same bytes for the same seed."""

from atlas.datasets.generator.golden import golden_negatives
from atlas.datasets.generator.plan import generate, generate_set

__all__ = ["generate", "generate_set", "golden_negatives"]
