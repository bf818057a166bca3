// Must trip nothing, close as it is to hidden_unicode_payload.
const hearts = "❤️ ❤️ ❤️";
