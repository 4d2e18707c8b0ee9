"""Scripted models for every role: simulated, deterministic, and given nothing that a real model would not get."""

from atlas.models.offline.habits import Habit, HabitProfile
from atlas.models.offline.model import OfflineModel, offline_model

__all__ = ["Habit", "HabitProfile", "OfflineModel", "offline_model"]
