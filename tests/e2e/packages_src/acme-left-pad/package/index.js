module.exports = (text, width, fill = " ") =>
  fill.repeat(Math.max(0, width - text.length)) + text;
