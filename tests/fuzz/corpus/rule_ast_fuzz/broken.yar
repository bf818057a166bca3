rule a { condition: (((1 + ; 2) or $ $ } rule b { strings: $a = "x
 condition: $a } rule c { condition: c(1,,) and true }