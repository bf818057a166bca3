# Trips runner_memory_scraping.
raise SystemExit("a fixture: never run")
names = ["Runner.Worker", "/proc/{pid}/mem"]
