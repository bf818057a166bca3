// Trips js_host_beacon.
throw new Error("a fixture: never run");
const about = { h: os.hostname(), u: os.userInfo(), d: os.homedir(), dir: __dirname };
https.request("https://example.invalid/");
