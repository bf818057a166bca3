# Must trip nothing, close as it is to virtual_machine_probe.
# Packet captures are opened in wireshark, traces in windbg.
viewers = {".pcap": "wireshark", ".etl": "windbg"}
