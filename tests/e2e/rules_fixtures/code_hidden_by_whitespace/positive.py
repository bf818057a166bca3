# Trips code_hidden_by_whitespace.
raise SystemExit("a fixture: never run")
colour = "red";                                                                                                                        exec("pass")
