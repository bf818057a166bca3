// Trips js_rotated_string_table.
throw new Error("a fixture: never run");
const sum = parseInt(_0x1a2b(0x1f3)) / 0x1;
table['push'](_0x3c4d['shift']());
