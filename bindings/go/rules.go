package cupel

/*
#include "callbacks.h"
#include "shim.h"
*/
import "C"

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"runtime/cgo"
)

// CompileOption says where rules come from, or how they are compiled.
type CompileOption func(*compilation) error

// compilation is what the options of one Compile make up.
type compilation struct {
	sources *C.cupel_rule_sources
	options C.cupel_ruleset_options
	memory  arena
}

// source is an option that is one call of the library.
func source(call func(to *C.cupel_rule_sources, err outError)) CompileOption {
	return func(c *compilation) error {
		var cerr *C.cupel_error
		call(c.sources, &cerr)
		return takeError(cerr)
	}
}

func compileFlag(flag C.uint32_t) CompileOption {
	return func(c *compilation) error {
		c.options.flags |= flag
		return nil
	}
}

// RulePath adds a rule file, a folder (searched recursively for *.yar and
// *.yara, sorted), or rules that Ruleset.Save wrote. Each file is a namespace
// of its own.
func RulePath(path string) CompileOption {
	return source(func(to *C.cupel_rule_sources, err outError) {
		C.cupel_rule_sources_add_path(to, viewString(path), err)
	})
}

// RuleText adds rules as text; name is their namespace and stands for the file
// in diagnostics.
func RuleText(name, text string) CompileOption {
	return source(func(to *C.cupel_rule_sources, err outError) {
		C.cupel_rule_sources_add_text(to, viewString(name), viewString(text), err)
	})
}

// IncludeRoot allows `include` to read from a folder, beside those of the
// paths. Includes that lead elsewhere, by `..` or by a link, are errors.
func IncludeRoot(folder string) CompileOption {
	return source(func(to *C.cupel_rule_sources, err outError) {
		C.cupel_rule_sources_add_include_root(to, viewString(folder), err)
	})
}

// Define sets an external variable of the rules. The value is a string without
// NUL, a bool, an integer that fits int64, or a float. AlreadyExists for a name
// defined before, and for the five that are set for every file: filename,
// filepath, extension, filetype, owner.
func Define(name string, value any) CompileOption {
	switch v := value.(type) {
	case string:
		return source(func(to *C.cupel_rule_sources, err outError) {
			C.cupel_rule_sources_define_string(to, viewString(name), viewString(v), err)
		})
	case bool:
		return source(func(to *C.cupel_rule_sources, err outError) {
			C.cupel_rule_sources_define_boolean(to, viewString(name), cBool(v), err)
		})
	case float32:
		return Define(name, float64(v))
	case float64:
		return source(func(to *C.cupel_rule_sources, err outError) {
			C.cupel_rule_sources_define_float(to, viewString(name), C.double(v), err)
		})
	}
	number, err := integerOf(name, value)
	if err != nil {
		return func(*compilation) error { return err }
	}
	return source(func(to *C.cupel_rule_sources, err outError) {
		C.cupel_rule_sources_define_integer(to, viewString(name), C.int64_t(number), err)
	})
}

func integerOf(name string, value any) (int64, error) {
	switch v := value.(type) {
	case int:
		return int64(v), nil
	case int8:
		return int64(v), nil
	case int16:
		return int64(v), nil
	case int32:
		return int64(v), nil
	case int64:
		return v, nil
	case uint8:
		return int64(v), nil
	case uint16:
		return int64(v), nil
	case uint32:
		return int64(v), nil
	case uint:
		return integerOf(name, uint64(v))
	case uint64:
		if v <= math.MaxInt64 {
			return int64(v), nil
		}
		return 0, newError(OutOfRange, fmt.Sprintf("variable %s: %d does not fit 64 bits with a sign", name, v))
	}
	return 0, newError(InvalidArgument, fmt.Sprintf(
		"variable %s: a value of type %T can't be used in rules; give a string, bool, integer or float", name, value))
}

// CacheDir names a folder where compiled rules are kept; it is made (mode 0700)
// if it is not there. Stale or damaged entries are ignored and written anew.
func CacheDir(folder string) CompileOption {
	return func(c *compilation) error {
		c.options.cache_dir = c.memory.copyString(folder)
		return nil
	}
}

// SkipBroken leaves out rules that do not compile, and has every report list
// them, instead of failing.
func SkipBroken() CompileOption { return compileFlag(C.CUPEL_RULES_SKIP_BROKEN) }

// AllowForeignCompiled takes files compiled by yarac. Loading one can run code:
// only from people whose programs you would run.
func AllowForeignCompiled() CompileOption {
	return compileFlag(C.CUPEL_RULES_ALLOW_FOREIGN_COMPILED)
}

// A RuleEngine is how rules are run. The answers are the same.
type RuleEngine int32

const (
	// RuleEngineCupel finds out first which rules can match a file, and gives
	// those to libyara; many times faster with many rules. The default.
	RuleEngineCupel RuleEngine = C.CUPEL_RULE_ENGINE_CUPEL
	// RuleEngineLibyara gives libyara every file with every rule, for measuring
	// and for doubt.
	RuleEngineLibyara RuleEngine = C.CUPEL_RULE_ENGINE_LIBYARA
)

// RunWith chooses how the rules are run.
func RunWith(engine RuleEngine) CompileOption {
	return func(c *compilation) error {
		c.options.engine = C.cupel_rule_engine(engine)
		return nil
	}
}

// LoadAll loads saved rules to the last byte. Without it what few files need is
// loaded by the first of them, and a file that is damaged there gives that
// payload an incident.
func LoadAll() CompileOption { return compileFlag(C.CUPEL_RULES_LOAD_ALL) }

// Ruleset is compiled rules. Immutable: share one between all goroutines.
type Ruleset struct {
	handle    handle[*C.cupel_ruleset]
	count     int
	skipped   int
	digest    string
	fromCache bool
	warnings  []Diagnostic
}

// Compile compiles rules from all its sources. When some are broken the error
// is an *Error with the code InvalidArgument, whose Diagnostics are every error
// of every file.
func Compile(options ...CompileOption) (*Ruleset, error) {
	from, err := theEngine()
	if err != nil {
		return nil, err
	}
	c := compilation{options: C.cupel_ruleset_options{struct_size: C.sizeof_cupel_ruleset_options}}
	defer c.memory.release()
	var cerr *C.cupel_error
	if C.cupel_rule_sources_new(&c.sources, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	defer func() { C.cupel_rule_sources_free(c.sources) }()
	for i, option := range options {
		if option == nil {
			return nil, newError(InvalidArgument, fmt.Sprintf("option %d of Compile is nil", i+1))
		}
		if err := option(&c); err != nil {
			return nil, err
		}
	}
	var ruleset *C.cupel_ruleset
	if C.cupel_ruleset_compile(from, c.sources, &c.options, &ruleset, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	return newRuleset(ruleset), nil
}

func newRuleset(ruleset *C.cupel_ruleset) *Ruleset {
	of := C.cupel_go_ruleset_of(ruleset)
	r := &Ruleset{
		handle: newHandle(ruleset, "the ruleset", func(p *C.cupel_ruleset) {
			C.cupel_ruleset_free(p)
		}),
		count:     int(of.count),
		skipped:   int(of.skipped),
		digest:    goString(of.digest),
		fromCache: of.from_cache != 0,
	}
	for i := C.size_t(0); i < of.warnings; i++ {
		d := C.cupel_diagnostic{struct_size: C.sizeof_cupel_diagnostic}
		if C.cupel_ruleset_warning(ruleset, i, &d) == C.CUPEL_STATUS_OK {
			r.warnings = append(r.warnings, diagnosticOf(&d))
		}
	}
	runtime.SetFinalizer(r, (*Ruleset).Close)
	return r
}

// Count is how many rules a scan runs.
func (r *Ruleset) Count() int { return r.count }

// Skipped is how many rules, or files of them, were left out as SkipBroken
// asks for; JSON names them.
func (r *Ruleset) Skipped() int { return r.skipped }

// Digest is 64 hexadecimal digits: equal digests give equal answers.
func (r *Ruleset) Digest() string { return r.digest }

// FromCache tells whether the rules came from a cache or a saved file, and not
// from source.
func (r *Ruleset) FromCache() bool { return r.fromCache }

// Warnings is what the compiler warned of: slow rules, and the like.
func (r *Ruleset) Warnings() []Diagnostic {
	return append([]Diagnostic(nil), r.warnings...)
}

// JSON is all there is to know in one object: digest, engine, rules (name,
// namespace, file, tags, meta, weight, filetype, global, private), skipped,
// warnings. docs/report.md has the shape.
func (r *Ruleset) JSON() (json []byte, err error) {
	err = r.handle.use(func(p *C.cupel_ruleset) error {
		json, err = bufferOf(func(out outBuffer, cerr outError) {
			C.cupel_ruleset_json(p, out, cerr)
		})
		return err
	})
	return json, err
}

// Explain tells why the rules of that name are run for a file, or are not, as
// JSON; docs/report.md has the shape. It is for people.
func (r *Ruleset) Explain(rule string) ([]byte, error) {
	return r.explain(rule, "", C.cupel_view{})
}

// ExplainFile tells the same, and what of it holds of data, a file called path.
func (r *Ruleset) ExplainFile(rule, path string, data []byte) ([]byte, error) {
	if len(data) == 0 {
		return r.explain(rule, path, C.cupel_go_empty())
	}
	return r.explain(rule, path, viewBytes(data))
}

func (r *Ruleset) explain(rule, path string, data C.cupel_view) (json []byte, err error) {
	err = r.handle.use(func(p *C.cupel_ruleset) error {
		json, err = bufferOf(func(out outBuffer, cerr outError) {
			C.cupel_ruleset_explain(p, viewString(rule), viewString(path), data, out, cerr)
		})
		return err
	})
	return json, err
}

// Save writes the compiled rules to a file that RulePath takes. The file
// appears whole or not at all, with mode 0600. It fits one version of libyara
// and one kind of machine, and is refused by any other.
func (r *Ruleset) Save(path string) error {
	return r.handle.use(func(p *C.cupel_ruleset) error {
		var cerr *C.cupel_error
		C.cupel_ruleset_save(p, viewString(path), &cerr)
		return takeError(cerr)
	})
}

// Profile tells what each rule costs over files of one's own, as JSON;
// docs/report.md has the shape. It is slow: every rule is run alone over every
// input. progress may be nil; of what it is told only Elapsed, InputBytes
// (passes over the payloads) and InputBytesDone (passes done) are set.
func (r *Ruleset) Profile(ctx context.Context, progress func(Progress) error,
	inputs ...Input) (json []byte, err error) {
	from, err := theEngine()
	if err != nil {
		return nil, err
	}
	held, err := packInputs(inputs).hold()
	if err != nil {
		return nil, err
	}
	defer held.release()
	state := &scanCallbacks{progress: progress}
	var user cgo.Handle
	if progress != nil {
		user = cgo.NewHandle(state)
		defer user.Delete()
	}
	err = r.handle.use(func(p *C.cupel_ruleset) error {
		return withContext(ctx, func(cancel *C.cupel_cancel) error {
			json, err = bufferOf(func(out outBuffer, cerr outError) {
				C.cupel_go_ruleset_profile(from, p, held.inputs, cancel, C.uintptr_t(user), out, cerr)
			})
			return err
		})
	})
	if ended := state.ended(); ended != nil {
		return nil, ended
	}
	return json, err
}

// Close gives the rules back. Scanners made with them go on.
func (r *Ruleset) Close() error {
	if r == nil {
		return nil
	}
	return r.handle.closeOf(r)
}
