"""The warehouse of a channel: the lake attached, dbt run, the last good file kept."""
