// Must trip nothing, close as it is to js_detached_child.
spawn("fixture", ["--watch"], { stdio: "inherit", windowsHide: true });
