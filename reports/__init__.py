"""Files people hand in and take away: pure functions between bytes and plain data."""
