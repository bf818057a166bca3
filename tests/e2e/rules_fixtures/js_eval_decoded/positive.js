// Trips js_eval_decoded.
throw new Error("a fixture: never run");
eval(atob("dm9pZCAw"));
