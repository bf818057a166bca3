rule s {
  strings:
    $a = "x\x00\"" nocase fullword private
    $b = "x" xor(1-0xff) ascii
    $c = "xyz" base64("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") base64wide
    $d = { 4D ~5? ?? [2-4] ( 01 | 02 [1] ~03 ) /* c */ [-] 04 } private
    $e = /^(a|b[^\W\]]{2,3}?|)\b[\x00-\x1f-]+\/$/is wide
    $ = /((a{,2}){1000}){1000}/
  condition: all of them
}
