"""Loading: from the files of a labelling tool to events in the warehouse, all or nothing.

Rows read = rows loaded + rows already there + rows quarantined, in every load. A row is loaded if it brought
at least one event that the warehouse did not have.
"""

from warehouse.ingest.invoices import Invoiced, load_invoices
from warehouse.ingest.load import load_files
from warehouse.ingest.replay import replay
from warehouse.ingest.summary import LoadSummary

__all__ = ["Invoiced", "LoadSummary", "load_files", "load_invoices", "replay"]
