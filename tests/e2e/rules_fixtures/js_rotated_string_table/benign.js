// Must trip nothing, close as it is to js_rotated_string_table.
const sum = parseInt(field, 16);
queue.push(queue.shift());
