# Must trip nothing, close as it is to runner_memory_scraping.
# Resident size of a process, for the progress line.
status = open("/proc/self/status").read()
