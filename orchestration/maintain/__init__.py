"""What people run by hand: ship, declare, measure limits, generate SQL. Nothing that ships imports it."""
