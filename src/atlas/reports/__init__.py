"""Reports: metrics and statistics (pure), and the tables, documents and plots that show them to people."""
