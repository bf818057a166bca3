// Must trip nothing, close as it is to js_symbols_only.
const yes = !![], no = ![];
const rows = [[]].concat([[1], [+yes]]);
