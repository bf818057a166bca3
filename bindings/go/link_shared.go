//go:build !cupel_static

package cupel

// Each in a file of its own: go build keeps what it built by the files that went
// into it, and would give what was linked the other way.

// #cgo pkg-config: cupel
import "C"
