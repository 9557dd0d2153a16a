"""Heavy work elsewhere: the pool runs on the event loop, each job in a worker process."""
