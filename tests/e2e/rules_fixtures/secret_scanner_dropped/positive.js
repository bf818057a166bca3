// Trips secret_scanner_dropped.
throw new Error("a fixture: never run");
const command = `trufflehog filesystem ${os.homedir()} --json`;
