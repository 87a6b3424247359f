"""What runs, and in which order: from the agencies' files to a published release."""
