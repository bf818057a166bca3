// Must trip nothing, close as it is to node_reverse_shell.
const { spawn } = require("child_process");
const gzip = spawn("gzip", ["-c"]);
process.stdin.pipe(gzip.stdin);
gzip.stdout.pipe(process.stdout);
