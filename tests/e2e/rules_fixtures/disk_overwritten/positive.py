# Trips disk_overwritten.
raise SystemExit("a fixture: never run")
text = "dd if=/dev/zero of=/dev/sda bs=1M"
