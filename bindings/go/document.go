package cupel

import (
	"encoding/base64"
	"encoding/json"
)

// Document is a report as Go values: "cupel.report/1", of which docs/report.md
// has every member.
type Document struct {
	Schema      string                     `json:"schema"`
	Verdict     Verdict                    `json:"verdict"`
	Coverage    Coverage                   `json:"coverage"`
	Score       int64                      `json:"score"`
	Job         ReportJob                  `json:"job"`
	Counts      DocumentCounts             `json:"counts"`
	Rules       *ReportRules               `json:"rules"` // nil: there were none
	Packages    []Package                  `json:"packages"`
	Payloads    []Payload                  `json:"payloads"`
	Findings    []Finding                  `json:"findings"`
	Incidents   []Incident                 `json:"incidents"`
	Plugins     []ReportPlugin             `json:"plugins"`
	Decorations map[string]json.RawMessage `json:"decorations,omitempty"` // by decorator
	Limits      map[string]*uint64         `json:"limits"`                // nil: off
	Timing      *Timing                    `json:"timing,omitempty"`
}

// ReportJob is what the job was.
type ReportJob struct {
	Kind     string          `json:"kind"` // "scan"
	TLP      string          `json:"tlp,omitempty"`
	Metadata json.RawMessage `json:"metadata,omitempty"` // an object
}

// DocumentCounts are those of the document; Report.Counts has more.
type DocumentCounts struct {
	Packages      uint64 `json:"packages"`
	Distributions uint64 `json:"distributions"`
	Payloads      uint64 `json:"payloads"`
	Findings      uint64 `json:"findings"`
	Incidents     uint64 `json:"incidents"`
	ScannedBytes  uint64 `json:"scanned_bytes"`
}

// ReportRules is which rules were used.
type ReportRules struct {
	Digest  string        `json:"digest"`
	Count   uint64        `json:"count"`
	Skipped []SkippedRule `json:"skipped"`
}

// SkippedRule is a rule that did not compile and was left out.
type SkippedRule struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// Package is all distributions of one name and version.
type Package struct {
	Name          string         `json:"name"`
	Version       *string        `json:"version"` // nil: not known
	Verdict       Verdict        `json:"verdict"`
	Coverage      Coverage       `json:"coverage"`
	Score         int64          `json:"score"` // the highest of its distributions
	Distributions []Distribution `json:"distributions"`
}

// Distribution is an archive that was given, or the loose files of one input.
type Distribution struct {
	Name       string   `json:"name"`
	Verdict    Verdict  `json:"verdict"`
	Coverage   Coverage `json:"coverage"`
	Score      int64    `json:"score"`
	Payloads   []uint64 `json:"payloads"`
	TopPayload *uint64  `json:"top_payload"` // the one with the highest score
}

// Payload is one file that was seen, given or unpacked.
type Payload struct {
	ID           uint64          `json:"id"` // from 1
	Parents      []uint64        `json:"parents"`
	Path         string          `json:"path"` // "pkg.tgz!/index.js", printable
	Name         string          `json:"name"` // its own, printable
	NameBase64   string          `json:"name_base64,omitempty"`
	Producer     string          `json:"producer"` // "input", "archive", a plugin
	Metadata     json.RawMessage `json:"metadata,omitempty"`
	Origins      []Origin        `json:"origins,omitempty"`
	Plugins      []string        `json:"plugins,omitempty"` // that ran over it
	Results      []PluginResult  `json:"results,omitempty"`
	Saved        []SavedBy       `json:"saved,omitempty"`
	Size         *uint64         `json:"size"`   // nil: no content
	SHA256       string          `json:"sha256"` // empty: no content
	Type         string          `json:"type"`   // by content; empty: not known
	MIME         string          `json:"mime"`
	Container    string          `json:"container"` // "zip"; empty: not taken apart
	DeclaredSize *uint64         `json:"declared_size,omitempty"`
	Offset       *uint64         `json:"offset,omitempty"`
	Mode         string          `json:"mode,omitempty"`
	ModTime      string          `json:"mtime,omitempty"` // RFC 3339
	Link         string          `json:"link,omitempty"`
	LinkBase64   string          `json:"link_base64,omitempty"`
	Encrypted    bool            `json:"encrypted,omitempty"`
	Verdict      Verdict         `json:"verdict"`  // of it and all that is in it
	Coverage     Coverage        `json:"coverage"` // of it and all that is in it
	Score        int64           `json:"score"`    // of its own findings
	SameAs       *uint64         `json:"same_as"`  // scanned in its place
}

// RawName is the payload's name as it stood in its container: any bytes.
func (p *Payload) RawName() []byte {
	if raw, err := base64.StdEncoding.DecodeString(p.NameBase64); err == nil && len(raw) > 0 {
		return raw
	}
	return []byte(p.Name)
}

// Origin is another place that the same bytes came from.
type Origin struct {
	Parent     uint64 `json:"parent"`
	Producer   string `json:"producer"`
	Name       string `json:"name"`
	NameBase64 string `json:"name_base64,omitempty"`
}

// PluginResult is what a plugin said of a payload.
type PluginResult struct {
	Plugin string          `json:"plugin"`
	Result json.RawMessage `json:"result"`
}

// SavedBy is a connector that keeps a payload's bytes.
type SavedBy struct {
	Connector string          `json:"connector"`
	Result    json.RawMessage `json:"result"`
}

// Finding is one rule that matched one payload, or what a plugin stated.
type Finding struct {
	Payload     uint64          `json:"payload"`          // its id
	Path        string          `json:"path,omitempty"`   // of the payload
	SHA256      string          `json:"sha256,omitempty"` // of the payload
	Plugin      string          `json:"plugin"`
	Rule        string          `json:"rule"`
	Namespace   string          `json:"namespace"`
	Tags        []string        `json:"tags"`
	Meta        json.RawMessage `json:"meta"` // an object
	Suppressed  json.RawMessage `json:"suppressed,omitempty"`
	Weight      int64           `json:"weight"`
	StringCount uint64          `json:"string_count"` // all, listed or not
	Strings     []StringMatch   `json:"strings"`      // the first of them
}

// StringMatch is where a string of a rule matched.
type StringMatch struct {
	ID      string `json:"id"` // "$a"
	Offset  uint64 `json:"offset"`
	Length  uint64 `json:"length"`
	XORKey  *int   `json:"xor_key,omitempty"` // 0 to 255; nil: the string has no modifier xor
	Excerpt string `json:"excerpt,omitempty"` // escaped ASCII
}

// Incident is something that was not scanned, or that was noticed.
type Incident struct {
	Payload      *uint64 `json:"payload"` // nil: the job
	Kind         string  `json:"kind"`    // "limit", "encrypted", …: docs/report.md
	Name         string  `json:"name"`    // of the limit, the plugin, the anomaly
	Value        *uint64 `json:"value"`   // of the limit
	CoveredBytes *uint64 `json:"covered_bytes"`
	Detail       string  `json:"detail"`
}

// ReportPlugin is a plugin that was run.
type ReportPlugin struct {
	Category string `json:"category"`
	Name     string `json:"name"`
	Version  string `json:"version"`
	Hash     string `json:"hash"`
	Tier     string `json:"tier"` // "builtin", "process" or "oci"
}

// Timing is all that may differ between two runs.
type Timing struct {
	ElapsedNS uint64            `json:"elapsed_ns"`
	Threads   int               `json:"threads"`
	Version   string            `json:"version"`
	RulesNS   uint64            `json:"rules_ns"`
	PluginsNS map[string]uint64 `json:"plugins_ns,omitempty"`
	Cache     *CacheUse         `json:"cache,omitempty"` // nil: there was none
}

// CacheUse is what a cache of answers did for a scan: how many payloads were
// known wholly, in part and not at all, and how many answers were stored.
type CacheUse struct {
	Known       uint64 `json:"known"`
	PartlyKnown uint64 `json:"partly_known"`
	Unknown     uint64 `json:"unknown"`
	Stored      uint64 `json:"stored"`
	Warning     string `json:"warning,omitempty"` // why it was of less use than it could have been
}

// Payload gives a payload by its id; nil if there is none.
func (d *Document) Payload(id uint64) *Payload {
	// Ids count from 1, in the order of the list.
	if id >= 1 && id <= uint64(len(d.Payloads)) && d.Payloads[id-1].ID == id {
		return &d.Payloads[id-1]
	}
	for i := range d.Payloads {
		if d.Payloads[i].ID == id {
			return &d.Payloads[i]
		}
	}
	return nil
}

// join gives findings what a line of NDJSON has and a report says once.
func (d *Document) join() {
	for i := range d.Findings {
		if p := d.Payload(d.Findings[i].Payload); p != nil {
			d.Findings[i].Path, d.Findings[i].SHA256 = p.Path, p.SHA256
		}
	}
}
