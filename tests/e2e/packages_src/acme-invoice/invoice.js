// Example for Cupel: looks like a dropper. What it decodes says "void 0".
throw new Error("an example: never run");
eval(atob("dm9pZCAw"));
