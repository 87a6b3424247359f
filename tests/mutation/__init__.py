"""The gate tested: a good release damaged in many ways, each of which its rule must catch."""
