# Must trip nothing, close as it is to python_reverse_shell.
import os, socket
server = socket.socket()
log = open("server.log", "wb")
os.dup2(log.fileno(), 2)
