"""`make grow`: the set-up of docs/growing.md on one machine, from nothing, with faults; no product."""
