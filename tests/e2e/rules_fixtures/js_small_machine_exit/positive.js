// Trips js_small_machine_exit.
throw new Error("a fixture: never run");
if (os.cpus().length < 2 || os.totalmem() < 2e9) process.exit(0);
