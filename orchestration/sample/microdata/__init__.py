"""Survey records of the invented state: the Census Bureau's microdata archives (PUMS).

`homes` and `people` invent the records, `layout` knows the headers of each vintage, `replicates` makes
the replicate weights, `archives` writes the files.
"""
