"""Each metric once more the plain way, in pandas, from its method's description and the agency's raw files.

A module a metric: `cells(files)` gives every cell with a value. Nothing here reads models, seeds or the lake.
"""
