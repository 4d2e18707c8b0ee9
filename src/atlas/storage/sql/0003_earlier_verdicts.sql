-- What a session was graded before it was graded anew: [{verdicts, reward, until}], oldest first.
ALTER TABLE sessions ADD COLUMN earlier_verdicts jsonb NOT NULL DEFAULT '[]';
