// Must trip nothing, close as it is to environment_sent.
const https = require("https");
const body = JSON.stringify({ mode: process.env.NODE_ENV });
https.request("https://example.invalid/");
