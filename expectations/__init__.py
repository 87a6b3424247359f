"""What must hold before a release: one module a table, shared rules beside them in `rules/`.

A suite is a module named after the table it judges (`county`, `place_tenure`, `metric_values`)
with one function `declare(tables) -> list[Expectation]`. It says what the table must satisfy;
`orchestration.gate` measures, lets Great Expectations judge, and gives the verdict. A table
without a suite is refused.
"""
