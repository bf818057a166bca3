module cupel.dev/examples

go 1.19

require cupel.dev/cupel v1.0.0

// The package of this repository, not one from a network.
replace cupel.dev/cupel => ../../bindings/go
