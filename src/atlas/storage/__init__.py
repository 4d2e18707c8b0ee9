"""The store: an embedded PostgreSQL, migrations, and tables of runs, sessions, events and playbooks."""
