# Trips perl_reverse_shell.
die "a fixture: never run";
use Socket;
open(STDIN, ">&S"); exec("/bin/sh -i");
