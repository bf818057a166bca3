# Must trip nothing, close as it is to code_hidden_by_whitespace.
HELP = (
                        "a deeply indented line, as some like them")
colour = "red"                                    ; size = 3
