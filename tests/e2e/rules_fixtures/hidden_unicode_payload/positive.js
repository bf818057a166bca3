// Trips hidden_unicode_payload.
throw new Error("a fixture: never run");
const text = "︀︁︂︃︄︅︆︇︈";
