// Must trip nothing, close as it is to js_small_machine_exit.
const workers = os.cpus().length < 2 ? 1 : os.cpus().length - 1;
