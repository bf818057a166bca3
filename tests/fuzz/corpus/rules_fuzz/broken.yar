rule a { condition: nope }
rule b { condition: a }
rule c { strings: $a = "open
 condition: $a }
rule d { condition: any of (a*) }