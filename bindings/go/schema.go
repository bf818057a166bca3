package cupel

// #include "shim.h"
import "C"

import (
	"encoding/json"
	"runtime"
)

// Schema is a JSON Schema, understood to the last keyword. Immutable.
type Schema struct {
	handle handle[*C.cupel_schema]
}

// CompileSchema reads a schema: 2020-12, or draft-07 if "$schema" says so.
// InvalidArgument for what is no schema; Unimplemented for a keyword or a
// pattern that is not supported, which is never passed by in silence;
// ResourceExhausted for one that is too large or refers to itself without end.
func CompileSchema(text []byte) (*Schema, error) {
	var schema *C.cupel_schema
	var cerr *C.cupel_error
	if C.cupel_schema_compile(viewBytes(text), &schema, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	s := &Schema{handle: newHandle(schema, "the schema", func(p *C.cupel_schema) {
		C.cupel_schema_free(p)
	})}
	runtime.SetFinalizer(s, (*Schema).Close)
	return s, nil
}

// Validate gives nil if a JSON value fits; else InvalidArgument with the path
// of the first thing that does not, and how many others there are. It never
// shows a value.
func (s *Schema) Validate(value []byte) error {
	return s.handle.do(func(p *C.cupel_schema, err outError) {
		C.cupel_schema_validate(p, viewBytes(value), err)
	})
}

// SchemaCheck is all that does not fit a schema.
type SchemaCheck struct {
	Valid  bool          `json:"valid"`
	Count  int           `json:"count"` // of all, listed or not
	Issues []SchemaIssue `json:"issues"`
}

// SchemaIssue is one thing that does not fit.
type SchemaIssue struct {
	Path    string `json:"path"` // "$.PORT"
	Type    string `json:"type"`
	Message string `json:"message"` // shows no value
}

// Check tells all that does not fit. It fails only for what is no JSON.
func (s *Schema) Check(value []byte) (SchemaCheck, error) {
	return decode[SchemaCheck](s.handle.buffer(func(p *C.cupel_schema, out outBuffer, err outError) {
		C.cupel_schema_check(p, viewBytes(value), out, err)
	}))
}

// SchemaInfo is what there is to know of a schema.
type SchemaInfo struct {
	Properties []SchemaProperty `json:"properties"`
	Warnings   []string         `json:"warnings"` // words that mean nothing
	Document   json.RawMessage  `json:"document"`
}

// SchemaProperty is a member that a schema names.
type SchemaProperty struct {
	Name    string          `json:"name"`
	Types   []string        `json:"types"`
	Secret  bool            `json:"secret"`
	Default json.RawMessage `json:"default,omitempty"` // nil: none
}

// Info tells what there is to know of the schema.
func (s *Schema) Info() (SchemaInfo, error) {
	return decode[SchemaInfo](s.handle.buffer(func(p *C.cupel_schema, out outBuffer, err outError) {
		C.cupel_schema_json(p, out, err)
	}))
}

// Close gives the schema back.
func (s *Schema) Close() error {
	if s == nil {
		return nil
	}
	return s.handle.closeOf(s)
}
