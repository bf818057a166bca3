"""Programs written for the comparison, each run as a process of its own."""
