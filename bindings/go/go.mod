module cupel.dev/cupel

go 1.19
