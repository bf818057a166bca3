package cupel

// #include "shim.h"
import "C"

import (
	"reflect"
	"time"
)

// Category says what a plugin does, and which method it has to have.
type Category int32

// The categories.
const (
	CategorySource     Category = C.CUPEL_PLUGIN_SOURCE     // brings work: SourcePlugin
	CategoryReader     Category = C.CUPEL_PLUGIN_READER     // text out of a document: ReaderPlugin
	CategoryWorker     Category = C.CUPEL_PLUGIN_WORKER     // says something about a payload: WorkerPlugin
	CategoryExtractor  Category = C.CUPEL_PLUGIN_EXTRACTOR  // what a container holds: ExtractorPlugin
	CategoryCarver     Category = C.CUPEL_PLUGIN_CARVER     // files among other bytes: CarverPlugin
	CategoryDecoder    Category = C.CUPEL_PLUGIN_DECODER    // the same in clear: DecoderPlugin
	CategoryDecorator  Category = C.CUPEL_PLUGIN_DECORATOR  // adds to a finished report: DecoratorPlugin
	CategoryConnector  Category = C.CUPEL_PLUGIN_CONNECTOR  // takes reports, keeps payloads: ConnectorPlugin
	CategoryNormalizer Category = C.CUPEL_PLUGIN_NORMALIZER // objects out of raw output: NormalizerPlugin
)

// String gives "source" to "normalizer"; "unknown" for a number that is none.
func (c Category) String() string {
	names := [...]string{"source", "reader", "worker", "extractor", "carver", "decoder", "decorator", "connector", "normalizer"}
	if c < CategorySource || c > CategoryNormalizer {
		return "unknown"
	}
	return names[c-CategorySource]
}

// Plugin is a plugin of the host's own, for Plugins.Register. It runs in this
// process. Only Category, Name and Impl have to be there.
type Plugin struct {
	Category    Category
	Name        string // [A-Za-z0-9][A-Za-z0-9_.-]{0,63}
	Version     string // "1.0"
	Description string // one line
	Author      string
	// Consumes is what it is run on unasked: names of types, MIME types,
	// patterns such as "text/*", "*" for everything. None: only what is
	// dispatched to it.
	Consumes []string
	// Requires are plugins that have to have run on the same payload:
	// "worker:pe".
	Requires   []string
	MaxTLP     string // strictest label it may see; empty: all
	MinVersion string // of Cupel: at least
	MaxVersion string // of Cupel: below
	// Options and their defaults: what encoding/json makes an object of.
	Options any
	// HeartbeatPeriod is how often Heartbeat is called; 0: never.
	HeartbeatPeriod time.Duration
	// Impl is a func(*Call) error, also of a named type, or a value with the
	// method of the category; and, as it likes, with those of Activator, Deactivator, Heartbeater, Dialer
	// and FileGetter. Like an http.Handler it is used by any number of goroutines
	// at once. An error of a method is an incident of the report, with the code
	// of an *Error and Unknown for others; what was handed back before counts. So
	// is a panic, with the code Internal.
	Impl any
}

// SourcePlugin brings work: each Call.Item is one job.
type SourcePlugin interface{ Ingest(*Call) error }

// ReaderPlugin hands the text of a document back, as a child.
type ReaderPlugin interface{ Read(*Call) error }

// WorkerPlugin says something about a payload: results, statements.
type WorkerPlugin interface{ Scan(*Call) error }

// ExtractorPlugin hands back what a container holds, as children.
type ExtractorPlugin interface{ Extract(*Call) error }

// CarverPlugin hands back files among other bytes, as children.
type CarverPlugin interface{ Carve(*Call) error }

// DecoderPlugin hands back the same in clear, as a child.
type DecoderPlugin interface{ Decode(*Call) error }

// DecoratorPlugin adds to a finished report: one result, an object.
type DecoratorPlugin interface{ Decorate(*Call) error }

// ConnectorPlugin takes a report (Call.Document) or keeps a payload; a result
// may say where: {"conn_id": …}.
type ConnectorPlugin interface{ Save(*Call) error }

// NormalizerPlugin hands back objects out of raw output, as results.
type NormalizerPlugin interface{ Normalize(*Call) error }

// Activator is called before the first call, with the plugin's options; after an
// error the plugin is not used. Scanners that use the same plugin activate it
// each on its own.
type Activator interface{ Activate(*Call) error }

// Deactivator is called once for each Activate that went well, after the last
// call.
type Deactivator interface{ Deactivate() }

// Heartbeater is called every HeartbeatPeriod, beside other calls.
type Heartbeater interface{ Heartbeat(*Call) error }

// Dialer is a connector that is told of the first Save before, and of the last
// after it.
type Dialer interface {
	Connect(*Call) error
	Disconnect(*Call) error
}

// FileGetter is a connector that hands back, as one child, what it saved:
// Call.Document is what is known of it.
type FileGetter interface{ GetFile(*Call) error }

// methodName is that of the method that a plugin of the category has to have.
func methodName(c Category) string {
	names := [...]string{"Ingest", "Read", "Scan", "Extract", "Carve", "Decode", "Decorate", "Save", "Normalize"}
	if c < CategorySource || c > CategoryNormalizer {
		return ""
	}
	return names[c-CategorySource]
}

// functionOf is a value that is a function, also of a type with a name of its
// own; nil for others.
func functionOf(impl any) func(*Call) error {
	value := reflect.ValueOf(impl)
	wanted := reflect.TypeOf((func(*Call) error)(nil))
	if !value.IsValid() || !value.Type().ConvertibleTo(wanted) || value.IsNil() {
		return nil
	}
	return value.Convert(wanted).Interface().(func(*Call) error)
}

// methodsOf are the methods that a value has, by number.
func methodsOf(category Category, impl any) map[C.cupel_plugin_method]func(*Call) error {
	methods := map[C.cupel_plugin_method]func(*Call) error{}
	// The methods of the categories are numbered as the categories are.
	if f := functionOf(impl); f != nil {
		methods[C.cupel_plugin_method(category)] = f
	}
	if p, ok := impl.(SourcePlugin); ok {
		methods[C.CUPEL_METHOD_INGEST] = p.Ingest
	}
	if p, ok := impl.(ReaderPlugin); ok {
		methods[C.CUPEL_METHOD_READ] = p.Read
	}
	if p, ok := impl.(WorkerPlugin); ok {
		methods[C.CUPEL_METHOD_SCAN] = p.Scan
	}
	if p, ok := impl.(ExtractorPlugin); ok {
		methods[C.CUPEL_METHOD_EXTRACT] = p.Extract
	}
	if p, ok := impl.(CarverPlugin); ok {
		methods[C.CUPEL_METHOD_CARVE] = p.Carve
	}
	if p, ok := impl.(DecoderPlugin); ok {
		methods[C.CUPEL_METHOD_DECODE] = p.Decode
	}
	if p, ok := impl.(DecoratorPlugin); ok {
		methods[C.CUPEL_METHOD_DECORATE] = p.Decorate
	}
	if p, ok := impl.(ConnectorPlugin); ok {
		methods[C.CUPEL_METHOD_SAVE] = p.Save
	}
	if p, ok := impl.(NormalizerPlugin); ok {
		methods[C.CUPEL_METHOD_NORMALIZE] = p.Normalize
	}
	if p, ok := impl.(Dialer); ok {
		methods[C.CUPEL_METHOD_CONNECT] = p.Connect
		methods[C.CUPEL_METHOD_DISCONNECT] = p.Disconnect
	}
	if p, ok := impl.(FileGetter); ok {
		methods[C.CUPEL_METHOD_GET_FILE] = p.GetFile
	}
	if p, ok := impl.(Heartbeater); ok {
		methods[C.CUPEL_METHOD_HEARTBEAT] = p.Heartbeat
	}
	return methods
}
