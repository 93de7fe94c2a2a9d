"""Parts of pages, one module per subject: each fetches its frames and shows them, or says why it cannot."""
