"""What each labelling tool's files mean: one module per format, from a file to batches of events.

The modules know nothing of the warehouse. Each has ``read(path, options)`` for a file and
``reread(rows, options)`` for rows that were set aside and are tried again.
"""
