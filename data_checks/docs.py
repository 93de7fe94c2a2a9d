"""Data Docs: every suite with its sentences, and what its frame said, as pages to click through.

They show the run they were built in and nothing older; the history is in the ledger. They name
campaigns and people like the frames do, so they stay beside the warehouse and are served by nobody.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import great_expectations as gx
import pandas as pd

from data_checks.suite import SOME_ROWS, Suite, plain

SITE = "checks"


def build(folder: Path, judged: Iterable[tuple[Suite, pd.DataFrame]]) -> Path:
    """Write the pages of these suites and frames into ``folder``; the page to begin with."""
    shutil.rmtree(folder, ignore_errors=True)
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    context.add_data_docs_site(
        site_name=SITE,
        site_config={
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(folder.absolute()),
            },
        },
    )
    source = context.data_sources.add_pandas("frames")
    for suite, frame in judged:
        whole = source.add_dataframe_asset(suite.name).add_batch_definition_whole_dataframe("frame")
        expectations = [e.copy(deep=True) for e in (SOME_ROWS, *suite.expectations)]
        told = context.suites.add(gx.ExpectationSuite(name=suite.name, expectations=expectations))
        told = gx.ValidationDefinition(name=suite.name, data=whole, suite=told)
        context.validation_definitions.add(told).run(
            batch_parameters={"dataframe": plain(frame)},
            result_format={
                "result_format": "SUMMARY",
                "unexpected_index_column_names": list(suite.subject),
            },
        )
    context.build_data_docs(site_names=[SITE])
    return folder / "index.html"
