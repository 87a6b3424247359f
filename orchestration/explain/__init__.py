"""Where a number comes from, and what a release says of a community."""
