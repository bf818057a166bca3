# Must trip nothing, close as it is to ruby_reverse_shell.
require 'socket'
socket = TCPSocket.new('example.invalid', 80)
socket.puts 'PING'
