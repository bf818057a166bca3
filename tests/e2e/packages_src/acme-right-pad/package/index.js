module.exports = (text, width, fill = " ") => text.padEnd(width, fill);
