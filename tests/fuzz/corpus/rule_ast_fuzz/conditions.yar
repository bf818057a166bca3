import "pe"
private global rule a : t {
  meta: x = "y" n = -1
  strings: $a = "a" wide $b = { 01 }
  condition:
    not defined pe.sections[0].name and (#a + 1 > 2 or $b at 1 \ 2) and
    for any i in (1..#a) : (@a[i] < filesize) and 50 % of them and
    for all k, v in pe.version_info : (k matches /x\/y/is) and
    2 of ($a, $b*) in (0..10) and any of (r, s*) and
    for any s in ("a", "b") : (s iequals "c") and -~1 << 2 == uint16be(!a[1])
}
