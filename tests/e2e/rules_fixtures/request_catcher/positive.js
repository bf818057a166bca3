// Trips request_catcher.
throw new Error("a fixture: never run");
fetch("https://placeholder0000.oast.fun/");
