"""Kills the commands of a release's life at many moments and looks at what stayed."""
