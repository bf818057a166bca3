# Must trip nothing, close as it is to perl_reverse_shell.
use Socket;
open(STDIN, "<", "/dev/null");
exec("/usr/bin/fixture-server");
