"""The pages: filters in, frames fetched, figures out. Nothing here writes to the warehouse."""
