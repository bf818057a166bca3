//go:build cupel_static

package cupel

// #cgo pkg-config: cupel-static
import "C"
