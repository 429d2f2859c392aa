"""What the clock asks: ticks, the planner and the leased sender."""
