"""What one command does from start to artifacts: quickstart, a task file, an evaluation, a dataset."""
