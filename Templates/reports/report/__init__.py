"""What the programs of the repository report share. Python's standard library only."""
