// Trips js_detached_child.
throw new Error("a fixture: never run");
spawn("placeholder", { detached: true, stdio: "ignore", windowsHide: true }).unref();
