-- Reviews: sessions by what was decided about them, and the playbook versions that a session taught.

CREATE INDEX sessions_review_status_idx ON sessions (review_status, id);
CREATE INDEX playbook_versions_session_idx ON playbook_versions (session_key) WHERE session_key IS NOT NULL;
