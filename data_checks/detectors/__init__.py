"""Detection of changes for the worse, with a stated rate of false flags. No database, no pages."""
