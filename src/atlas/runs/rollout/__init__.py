"""What `atlas rollout` does: groups of graded trajectories played, delivered and measured."""
