"""The warehouse of annotation events and everything that reads or fills it."""
