// What to decode: rules for `cupel scan --dispatch`. Their metas name a plugin;
// all others are its options. docs/dispatch.md is the guide.

rule long_base64
{
  meta:
    plugin = "decoder:base64"
    embedded = true  // runs of it among other bytes
  strings:
    $run = /[A-Za-z0-9+\/]{40}/
  condition:
    $run
}

rule long_hex
{
  meta:
    plugin = "decoder:hex"
    embedded = true
  strings:
    $run = /[0-9a-f]{40}/ nocase
    $escaped = /(\\x[0-9a-f]{2}){12}/ nocase
  condition:
    any of them
}

rule mail
{
  meta:
    plugin = "extractor:mail"
  strings:
    $from = /(^|\n)From:/ nocase
    $version = /\nMIME-Version:/ nocase
  condition:
    $from in (0..8192) and $version in (0..8192)
}

rule pdf
{
  meta:
    plugin = "extractor:pdf"
  strings:
    $magic = "%PDF-"
  condition:
    $magic in (0..1024)
}
