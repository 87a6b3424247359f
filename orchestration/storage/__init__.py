"""Where the files of a channel lie, and how they are written, read and proved."""
