// Example for Cupel: looks like a logger that reports to a chat. Never runs.
throw new Error("an example: never run");
const url = "https://discord.com/api/webhooks/000000000000000000/not-a-token-not-a-token";
exports.log = (text) => fetch(url, { method: "POST", body: text });
