"""The only SQL: tables, questions, facts set down, migrations."""
