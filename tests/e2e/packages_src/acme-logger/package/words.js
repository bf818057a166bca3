// The archive is cut off in the middle of this file.
exports.words = [
  "amber", "birch", "cedar", "daisy", "ember", "fjord", "grove", "heath",
  "iris", "juniper", "kelp", "larch", "maple", "nettle", "oak", "poppy",
  "quince", "rowan", "sedge", "thistle", "umbel", "violet", "willow", "yarrow",
  "brook", "cliff", "dune", "eddy", "flint", "gorge", "hollow", "isle",
  "knoll", "ledge", "marsh", "notch", "outcrop", "peak", "quarry", "ridge",
];
