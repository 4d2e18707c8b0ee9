"""Rollouts for trainers: groups of scored trajectories, their token ids, and the files that hold them."""
