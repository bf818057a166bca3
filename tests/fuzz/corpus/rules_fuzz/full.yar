import "pe"
private global rule a : t {
 meta: x = 1 y = "z"
 strings: $a = "MZ" $b = { 4D ?A [2-4] (01|02) } $c = /a.b/is
 condition: uint16(0) == 0x5A4D and pe.is_pe and any of ($a*) and #b > 1
}
rule b { condition: a and filename == "x" }
