// Trips js_char_code_chain.
throw new Error("a fixture: never run");
const text = String.fromCharCode(112,108,97,99,101,104,111,108,100,101,114,32,112,108,97,99,101,104,111,108,100,101,114);
if (false) eval(text);
