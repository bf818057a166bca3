// Code that hides what it does. One of these alone is no proof: minifiers and
// licence protection do some of it too. The weights say how rarely they do.

rule py_exec_base64 : high obfuscation {
  meta:
    description = "Python executes text decoded from base64, base85 or hex"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .pth"
  strings:
    $decode = /\b(exec|eval)\s{0,4}\(.{0,80}\b(b64decode|b32decode|b85decode|a85decode|unhexlify|bytes\.fromhex)\s{0,2}\(/
    $codec = /\b(exec|eval)\s{0,4}\(.{0,160}\bdecode\(\s{0,2}['"](base64|hex|rot13|rot_13)['"]/
  condition:
    any of them
}

rule py_exec_compressed : high obfuscation {
  meta:
    description = "Python executes text that it first decompresses"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .pth"
  strings:
    $run = /\b(exec|eval)\s{0,4}\(.{0,80}\b(zlib|gzip|bz2|lzma)\W{1,8}decompress\s{0,2}\(/
  condition:
    $run
}

rule py_marshal_loader : high obfuscation {
  meta:
    description = "Python loads byte code from a literal or decoded blob"
    author = "Cupel"
    weight = 14
    filetype = ".py .pyw .pth"
  strings:
    $literal = /\bmarshal\W{1,8}loads\(\s{0,4}b['"]/
    $decoded = /\bmarshal\W{1,8}loads\(\s{0,4}(zlib|lzma|bz2|gzip|base64|binascii|bytes\.fromhex|__import__)\b/
    $run = /\b(exec|eval|FunctionType)\(/
  condition:
    $run and any of ($literal, $decoded)
}

rule py_chr_chain : medium obfuscation {
  meta:
    description = "Text spelled as a long chain of chr() calls or character codes"
    author = "Cupel"
    weight = 8
    filetype = ".py .pyw .pth"
  strings:
    $chain = /chr\(\s?\d{1,3}\s?\)(\s?\+\s?chr\(\s?\d{1,3}\s?\)){9}/
    $map = /\bmap\(\s?chr\s?,\s?[\[(](\s?\d{1,3}\s?,){15}/
  condition:
    any of them
}

rule py_split_import_name : medium obfuscation {
  meta:
    description = "Name of a module or function glued together to escape a search"
    author = "Cupel"
    weight = 8
    filetype = ".py .pyw .pth"
  strings:
    $import = /\b__import__\(\s{0,2}['"]\w{1,16}['"]\s{0,2}\+\s{0,2}['"]/
    $getattr = /\bgetattr\(.{1,60},\s{0,2}['"]\w{0,12}['"]\s{0,2}\+\s{0,2}['"]\w{1,12}['"]/
    $reversed = /\b__import__\(\s{0,2}['"]\w{1,16}['"]\[::-1\]/
  condition:
    any of them
}

rule py_pyarmor : medium obfuscation {
  meta:
    description = "Python module encrypted with PyArmor; nobody can review it"
    author = "Cupel"
    weight = 6
    filetype = ".py .pyw"
  strings:
    $call = /\b__pyarmor__\(__name__, __file__, b['"]/
    $runtime = /\bfrom \.{0,3}pyarmor_runtime_\d{6} import __pyarmor__/
  condition:
    any of them
}

rule code_hidden_by_whitespace : high obfuscation {
  meta:
    description = "Statement pushed out of sight by a hundred blanks"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .pth .js .mjs .cjs .ts"
  strings:
    $py = /[ \t]{100}(exec\(|eval\(|__import__\(|import \w{2,20}[;,]|from \w{2,20} import )/
    $js = /[ \t]{100}(eval\(|require\(['"]|new Function\(|global\[|Function\()/
  condition:
    any of them
}

rule hidden_unicode_payload : critical obfuscation {
  meta:
    description = "Run of invisible Unicode characters: data where nothing is seen"
    author = "Cupel"
    weight = 15
    filetype = ".py .pyw .js .mjs .cjs .ts .json"
  strings:
    // Eight variation selectors, U+FE00..FE0F or U+E0100..E01EF. Emoji use one.
    $vs = { EF B8 8? EF B8 8? EF B8 8? EF B8 8? EF B8 8? EF B8 8? EF B8 8? EF B8 8? }
    $vs_supplement = { F3 A0 (84|85|86|87) ?? F3 A0 (84|85|86|87) ?? F3 A0 (84|85|86|87) ?? F3 A0 (84|85|86|87) ?? F3 A0 (84|85|86|87) ?? F3 A0 (84|85|86|87) ?? }
  condition:
    any of them
}

rule bidi_override_in_comment : medium obfuscation {
  meta:
    description = "Comment with a right-to-left override: code is read other than shown"
    author = "Cupel"
    weight = 8
    filetype = ".py .pyw .js .mjs .cjs .ts .rb .go .rs"
  strings:
    $override = /(\/\*|\/\/|#).{0,120}\xE2\x80\xAE/
    $isolate = /(\/\*|\/\/|#).{0,120}\xE2\x81\xA7.{0,120}\xE2\x81\xA6/
  condition:
    any of them
}

rule js_mangled_names : medium obfuscation {
  meta:
    description = "Dozens of _0x names: JavaScript that went through an obfuscator"
    author = "Cupel"
    weight = 5
    filetype = ".js .mjs .cjs .ts"
  strings:
    $name = /\b_0x[0-9a-f]{4,6}\b/
  condition:
    #name > 30
}

rule js_rotated_string_table : high obfuscation {
  meta:
    description = "Obfuscated JavaScript that shuffles its table of strings at start"
    author = "Cupel"
    weight = 8
    filetype = ".js .mjs .cjs .ts"
  strings:
    $rotate = /\['push'\]\(_0x[0-9a-f]{4,6}\['shift'\]\(\)\)/
    $rotate_dot = /\.push\(_0x[0-9a-f]{4,6}\.shift\(\)\)/
    $checksum = /parseInt\(_0x[0-9a-f]{4,6}\(0x[0-9a-f]{1,4}/
  condition:
    $checksum and any of ($rotate*)
}

rule js_eval_decoded : high obfuscation {
  meta:
    description = "JavaScript evaluates text that it decodes in the same breath"
    author = "Cupel"
    weight = 12
    filetype = ".js .mjs .cjs .ts"
  strings:
    $eval = /\beval\(\s{0,4}(atob|unescape|Buffer\.from|window\.atob)\s{0,2}\(/
    $function = /\bFunction\(\s{0,4}(atob|unescape|Buffer\.from|window\.atob)\s{0,2}\(/
    $compile = /\._compile\(\s{0,4}(atob|Buffer\.from)\s{0,2}\(/
  condition:
    any of them
}

rule js_char_code_chain : medium obfuscation {
  meta:
    description = "Text spelled as character codes, in a file that also evaluates text"
    author = "Cupel"
    weight = 8
    filetype = ".js .mjs .cjs .ts"
  strings:
    $codes = /\bString\.fromCharCode\((\s{0,2}\d{1,3}\s{0,2},){20}/
    $eval = /\beval\s{0,2}\(/
    $function = /\bnew Function\s{0,2}\(/
  condition:
    $codes and any of ($eval, $function)
}

rule js_symbols_only : high obfuscation {
  meta:
    description = "JavaScript written with the six characters []()!+ alone"
    author = "Cupel"
    weight = 10
    filetype = ".js .mjs .cjs .ts"
  strings:
    $false_letter = "(![]+[])[+"
    $true_letter = "(!![]+[])[+"
  condition:
    #false_letter > 4 and #true_letter > 4
}

rule reversed_keywords : high obfuscation {
  meta:
    description = "Telling names written backwards"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw .pth .js .mjs .cjs .ts"
  strings:
    $child_process = "ssecorp_dlihc"
    $subprocess = "ssecorpbus"
    $b64decode = "edoced46b"
    $https = "//:sptth"
    $powershell = "llehsrewop" nocase
  condition:
    any of them
}
