"""Stanford Education Data Archive: mean test scores by grade, subject and spring, of counties and districts.

The long files on the grade-cohort scale (`gcs`: 5 is what a fifth grader scores in a base year), in Stata's
format. Neither a file nor a codebook was at hand: names and codes are those that programs read, the bounds of
rows are estimates. The codebook of a sister file calls the subject `ela` where the programs say `rla`:
another word than the declared ones is refused, and so is a file without one score in reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.sources.model import Parsed, Source, SourceFile
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)
READING = "rla"
SUBJECTS = (READING, "mth")


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """As the layout says; a file without a score in reading is no use.

    Raises:
        MobilityError: the file is not as the layout says, or has no reading scores.
    """
    import pyarrow.compute as pc

    for table, partition, rows in LAYOUTS.parse(file, path):
        subjects = sorted(str(name) for name in pc.unique(rows.column("subject")).to_pylist())
        if READING not in subjects:
            raise MobilityError(
                "The file has no scores in reading.",
                where=f"{file.official_name}, vintage {file.vintage}, column subject",
                expected=f"rows with {READING}",
                found=", ".join(subjects) or "no rows",
                remedy="fetch the long file of all subjects; if SEDA renamed the subject, declare it in "
                "layouts.csv and in stg_seda__scores",
            )
        yield table, partition, rows


SOURCE = Source(
    name="seda",
    agency="Stanford University, Educational Opportunity Project",
    title="Stanford Education Data Archive (SEDA), grade-cohort scale",
    description="Mean test scores of grades 3 to 8 by spring, subject and group, of counties and districts.",
    landing_page="https://edopportunity.org/get-the-data/seda-archive-downloads/",
    terms="Stanford's data use agreement (cite, no attempt to identify students), not examined: not shipped.",
    citation=(
        "Reardon, S. F., et al. Stanford Education Data Archive (Version 5.0). "
        "https://purl.stanford.edu/cs829jn7849."
    ),
    access="download",
    tables=LAYOUTS.tables(
        county="One row per county, subject, grade and spring.",
        district="One row per school district, subject, grade and spring.",
    ),
    files=LAYOUTS.source_files(),
    complete="The county file of a version; for places the district file and a directory with cities.",
    not_at_hand=LAYOUTS.not_at_hand(),
    layouts=LAYOUTS,
    parse=parse,
)
