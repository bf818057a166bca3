// Must trip nothing, close as it is to secret_scanner_dropped.
// Run `trufflehog git file://.` yourself before you push.
const home = os.homedir();
