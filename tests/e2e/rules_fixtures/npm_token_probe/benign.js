// Must trip nothing, close as it is to npm_token_probe.
const registry = readRegistry("/fixture/.npmrc");
fetch(registry + "/fixture", { headers: { accept: "application/json" } });
