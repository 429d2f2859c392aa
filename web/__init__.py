"""What HTTP asks: webhook intake and health."""
