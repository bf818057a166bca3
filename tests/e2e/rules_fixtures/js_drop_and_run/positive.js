// Trips js_drop_and_run.
throw new Error("a fixture: never run");
const file = os.tmpdir() + "/placeholder";
https.get("https://example.invalid/", (r) => r.pipe(fs.createWriteStream(file)));
fs.chmodSync(file, 0o755);
spawn(file);
