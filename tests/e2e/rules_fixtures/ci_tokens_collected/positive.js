// Trips ci_tokens_collected.
throw new Error("a fixture: never run");
const names = ["GITHUB_TOKEN", "NPM_TOKEN", "AWS_SECRET_ACCESS_KEY"];
fetch("https://example.invalid/");
