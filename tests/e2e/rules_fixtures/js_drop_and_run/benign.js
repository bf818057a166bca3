// Must trip nothing, close as it is to js_drop_and_run.
const file = os.tmpdir() + "/table.json";
https.get("https://example.invalid/", (r) => r.pipe(fs.createWriteStream(file)));
