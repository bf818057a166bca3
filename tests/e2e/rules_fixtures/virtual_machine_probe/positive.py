# Trips virtual_machine_probe.
raise SystemExit("a fixture: never run")
names = ["vboxservice.exe", "vmtoolsd.exe", "wireshark.exe", "procmon.exe"]
