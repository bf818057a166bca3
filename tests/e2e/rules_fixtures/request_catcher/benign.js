// Must trip nothing, close as it is to request_catcher.
// A tiny copy of the idea behind webhook.site, for tests.
fetch("https://example.invalid/webhook/site");
