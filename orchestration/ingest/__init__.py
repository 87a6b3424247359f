"""From the agencies' files to the lake: fetch, raw store, drift checks, Parquet.

`refresh` brings the lake up to date, `inputs` says what it was made of, `lake.attach` gives it to a
warehouse. What a file is stands in `orchestration.sources`; nothing here knows a source by name.
"""

from orchestration.ingest.provenance import inputs
from orchestration.ingest.refresh import IngestReport, refresh

__all__ = ["IngestReport", "inputs", "refresh"]
