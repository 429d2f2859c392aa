"""What a chat shows: words, refusals, cards, buttons; pure functions of data."""
