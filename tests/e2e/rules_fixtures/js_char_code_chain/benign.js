// Must trip nothing, close as it is to js_char_code_chain.
const crlf = String.fromCharCode(13, 10);
const letters = [97, 98, 99].map((code) => String.fromCharCode(code));
