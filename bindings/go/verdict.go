package cupel

// #include "shim.h"
import "C"

// Verdict says whether a rule matched. Clean is said only with coverage
// complete. Treat one that you do not know as Unknown.
type Verdict int32

// What a verdict can be.
const (
	VerdictUnknown Verdict = C.CUPEL_VERDICT_UNKNOWN // no match, but not everything was scanned
	VerdictClean   Verdict = C.CUPEL_VERDICT_CLEAN
	VerdictMatched Verdict = C.CUPEL_VERDICT_MATCHED
)

// String gives "clean", "matched" or "unknown".
func (v Verdict) String() string {
	switch v {
	case VerdictClean:
		return "clean"
	case VerdictMatched:
		return "matched"
	}
	return "unknown"
}

// MarshalText gives what String does, so that JSON has the report's words.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what String gives; any other word is VerdictUnknown.
func (v *Verdict) UnmarshalText(text []byte) error {
	*v = VerdictUnknown
	for _, known := range []Verdict{VerdictClean, VerdictMatched} {
		if string(text) == known.String() {
			*v = known
		}
	}
	return nil
}

// Coverage says whether every byte was scanned that was owed a scan. Treat one
// that you do not know as none.
type Coverage int32

// What a coverage can be.
const (
	CoverageNone     Coverage = C.CUPEL_COVERAGE_NONE
	CoveragePartial  Coverage = C.CUPEL_COVERAGE_PARTIAL
	CoverageComplete Coverage = C.CUPEL_COVERAGE_COMPLETE
)

// String gives "complete", "partial" or "none".
func (c Coverage) String() string {
	switch c {
	case CoverageComplete:
		return "complete"
	case CoveragePartial:
		return "partial"
	}
	return "none"
}

// MarshalText gives what String does, so that JSON has the report's words.
func (c Coverage) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what String gives; any other word is CoverageNone.
func (c *Coverage) UnmarshalText(text []byte) error {
	*c = CoverageNone
	for _, known := range []Coverage{CoverageComplete, CoveragePartial} {
		if string(text) == known.String() {
			*c = known
		}
	}
	return nil
}
