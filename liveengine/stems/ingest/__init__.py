"""Files to stems, in two phases: named and searchable within seconds, then analysed one by one. Runs on: event loop.

`job` lists and leads, `naming` is the first phase, `stages` and `order` are the second, `store` writes what came of
each file. Every file's end is in the database, so that a killed scan goes on with the files that have none.
"""

from liveengine.stems.ingest.job import Ingest
from liveengine.stems.ingest.naming import forget_names

__all__ = ["Ingest", "forget_names"]
