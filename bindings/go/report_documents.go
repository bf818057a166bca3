package cupel

/*
#include "callbacks.h"
#include "shim.h"
*/
import "C"

// DocumentSchema is what a finished report is told as.
type DocumentSchema int32

// The schemas of documents.
const (
	DocumentCupel DocumentSchema = C.CUPEL_DOCUMENT_CUPEL // docs/report.md
	DocumentStoq1 DocumentSchema = C.CUPEL_DOCUMENT_STOQ1 // docs/stoq-documents.md
	DocumentStoq3 DocumentSchema = C.CUPEL_DOCUMENT_STOQ3
)

// DocumentOptions say in which documents a report is told. The zero value is
// one document of Cupel's own.
type DocumentOptions struct {
	Schema    DocumentSchema
	Split     bool   // one for each payload (and worker)
	Flatten   bool   // nested names joined
	Quirks    bool   // stoQ's, for programs that expect them
	Indent    bool   // over many lines
	NoTiming  bool   // without what differs between runs
	Delimiter string // between the names of a flat one [":"]
	Worker    string // stoQ 1.x: only this worker's; empty: all
	Source    string // stoQ v3: request_meta.source
}

func (o *DocumentOptions) c(memory *arena) C.cupel_document_options {
	return C.cupel_document_options{
		struct_size: C.sizeof_cupel_document_options,
		flags: cFlag(o.Split, C.CUPEL_DOCUMENT_SPLIT) |
			cFlag(o.Flatten, C.CUPEL_DOCUMENT_FLATTEN) |
			cFlag(o.Quirks, C.CUPEL_DOCUMENT_QUIRKS) |
			cFlag(o.Indent, C.CUPEL_DOCUMENT_INDENT) |
			cFlag(o.NoTiming, C.CUPEL_DOCUMENT_NO_TIMING),
		schema:    C.cupel_document_schema(o.Schema),
		delimiter: memory.copyString(o.Delimiter),
		worker:    memory.copyString(o.Worker),
		source:    memory.copyString(o.Source),
	}
}

// Documents hands the report to a function, one document a call, without line
// feeds. The bytes are valid until the function returns; an error ends it. Ids
// and times in stoQ's documents are new with each call.
func (r *Report) Documents(options DocumentOptions, write func(document []byte) error) error {
	var memory arena
	defer memory.release()
	c := options.c(&memory)
	return r.write(write, func(p *C.cupel_report, user C.uintptr_t, cerr outError) {
		C.cupel_go_report_documents(p, &c, user, cerr)
	})
}
