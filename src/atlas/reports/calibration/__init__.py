"""Calibration: how well the impact statistics recover effects that are known because they were planted."""
