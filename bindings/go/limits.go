package cupel

// #include "shim.h"
import "C"

import (
	"math"
	"time"
)

// Unlimited in a limit that counts: never fires.
const Unlimited = math.MaxUint64

// NoTimeout in a limit of time: never fires.
const NoTimeout time.Duration = -1

// Limits of one scan; 0 means a limit's default. Counting limits hold for each
// input on its own, TotalTime and MemoryBytes for the whole scan. A limit that
// fires stops nothing but what it is about, and is an incident in the report,
// with coverage partial.
type Limits struct {
	TotalTime      time.Duration // the whole scan [1 h]
	FileTime       time.Duration // rules over one file [10 s]
	TotalBytes     uint64        // unpacked from one input [4 GiB]
	FileBytes      uint64        // of one file; the rest is not scanned [128 MiB]
	Ratio          uint64        // bytes unpacked per byte of container, looked at after the first 16 MiB [200]
	Files          uint64        // unpacked from one input [131072]
	Depth          uint64        // containers inside containers [8]
	NameBytes      uint64        // of a member's name [4096]
	MatchesPerRule uint64        // listed per rule and file [1000]
	MemoryBytes    uint64        // payload bytes held at once [1 GiB]
	PluginTime     time.Duration // one call of a plugin [60 s]
}

// DefaultLimits are the limits that hold where nothing else is said.
func DefaultLimits() (Limits, error) {
	limits := Limits{}.c()
	var cerr *C.cupel_error
	if C.cupel_limits_fill(&limits, &cerr); cerr != nil {
		return Limits{}, takeError(cerr)
	}
	return Limits{
		TotalTime:      goDuration(limits.total_time_ns),
		FileTime:       goDuration(limits.file_time_ns),
		TotalBytes:     uint64(limits.total_bytes),
		FileBytes:      uint64(limits.file_bytes),
		Ratio:          uint64(limits.ratio),
		Files:          uint64(limits.files),
		Depth:          uint64(limits.depth),
		NameBytes:      uint64(limits.name_bytes),
		MatchesPerRule: uint64(limits.matches_per_rule),
		MemoryBytes:    uint64(limits.memory_bytes),
		PluginTime:     goDuration(limits.plugin_time_ns),
	}, nil
}

func (l Limits) c() C.cupel_limits {
	return C.cupel_limits{
		struct_size:      C.sizeof_cupel_limits,
		total_time_ns:    cDuration(l.TotalTime),
		file_time_ns:     cDuration(l.FileTime),
		total_bytes:      C.uint64_t(l.TotalBytes),
		file_bytes:       C.uint64_t(l.FileBytes),
		ratio:            C.uint64_t(l.Ratio),
		files:            C.uint64_t(l.Files),
		depth:            C.uint64_t(l.Depth),
		name_bytes:       C.uint64_t(l.NameBytes),
		matches_per_rule: C.uint64_t(l.MatchesPerRule),
		memory_bytes:     C.uint64_t(l.MemoryBytes),
		plugin_time_ns:   cDuration(l.PluginTime),
	}
}

// cDuration is nanoseconds as C has them; without an end if negative.
func cDuration(d time.Duration) C.uint64_t {
	if d < 0 {
		return math.MaxUint64
	}
	return C.uint64_t(d)
}

func goDuration(ns C.uint64_t) time.Duration {
	if ns > math.MaxInt64 {
		return NoTimeout
	}
	return time.Duration(ns)
}

// cMillis is milliseconds as C has them, at least one unless d is 0; without an
// end if negative.
func cMillis(d time.Duration) C.uint64_t {
	if d < 0 {
		return math.MaxUint64
	}
	return C.uint64_t((d + time.Millisecond - 1) / time.Millisecond)
}
