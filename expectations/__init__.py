"""What must hold before a release: suites of Great Expectations, and the rules they share in `rules/`.

A suite is made by `suite(table, tables)` of the module that `suites.csv` names for a publication: its own, or
`default`. `metric_values`, the frame and the crosswalks have modules of their names, all other tables share
`other_tables`. `orchestration.gate` runs the suites and gives the verdict; a table without one is refused.
"""
