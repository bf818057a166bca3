// Trips reversed_keywords.
throw new Error("a fixture: never run");
const name = "ssecorp_dlihc".split("").reverse().join("");
