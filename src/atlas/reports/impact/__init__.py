"""Impact: what each entry of a playbook does, by chance experiments and by the guide's figures side by side."""
