// Must trip nothing, close as it is to js_mangled_names.
// Masks of a hash function.
var _0x1f = 0x1f, _0x3f = 0x3f, mask = 0x1a2b3c4d;
