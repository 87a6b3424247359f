"""What every room uses: settings, errors, progress, writing, locks, hashing, seeds."""
