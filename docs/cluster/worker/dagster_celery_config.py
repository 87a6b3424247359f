"""How a worker takes runs from the broker: one at a time, and off the queue only when it has ended."""

import os

broker_url = os.environ["MOBILITY_BROKER"]
result_backend = os.environ["MOBILITY_RESULTS"]
worker_concurrency = 1
worker_prefetch_multiplier = 1
task_acks_late = True
task_reject_on_worker_lost = True
