"""The CRM environment: clients, deals, quotes and what hangs on them, in PostgreSQL or in memory."""
