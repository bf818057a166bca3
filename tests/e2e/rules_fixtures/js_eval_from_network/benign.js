// Must trip nothing, close as it is to js_eval_from_network.
fetch("https://example.invalid/data.json")
  .then((response) => response.text())
  .then((text) => JSON.parse(text));
