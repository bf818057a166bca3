package cupel

/*
#include "callbacks.h"
#include "shim.h"
*/
import "C"

import (
	"context"
	"encoding/json"
	"net/http"
	"runtime"
	"runtime/cgo"
)

// WorkerOptions say what a worker does.
type WorkerOptions struct {
	// Config is a TOML document; docs/worker.md has all of it.
	Config string
	// ConfigName is what errors call it ["worker.toml"].
	ConfigName string
	// Environment is "NAME=value" each: CUPEL_WORKER_… over the document, and
	// what sources read for themselves (KATALOGUS_API, DRAGONFLY_…). Of two with
	// one name the later counts. The process's own does not count: give it
	// os.Environ() if it should.
	Environment []string
	// Log, if not nil, is told each line of the log, as text or as JSON:
	// worker.log_format says which. It is called from several goroutines at
	// once.
	Log func(level LogLevel, line string)
}

// c makes options of C, which live as long as the arena.
func (o *WorkerOptions) c(memory *arena) C.cupel_worker_options {
	c := C.cupel_worker_options{
		struct_size: C.sizeof_cupel_worker_options,
		config:      memory.copyString(o.Config),
		config_name: memory.copyString(o.ConfigName),
	}
	c.environment, c.environment_count = memory.views(o.Environment)
	return c
}

// newLog makes what a worker logs to; without a handle if nobody listens.
func (o *WorkerOptions) newLog() (*logCallback, cgo.Handle) {
	log := &logCallback{}
	if o.Log == nil {
		return log, 0
	}
	told := o.Log
	log.log = func(_ string, level LogLevel, text string) { told(level, text) }
	return log, cgo.NewHandle(log)
}

func deleteHandle(user cgo.Handle) {
	if user != 0 {
		user.Delete()
	}
}

// Worker takes jobs from a queue or another system, has each run in a process of
// its own, and survives what happens to it.
type Worker struct {
	handle handle[*C.cupel_worker]
	log    *logCallback
	listen string
}

// NewWorker opens what the jobs come from; it takes none yet. InvalidArgument
// names everything that is wrong with the configuration.
func NewWorker(options WorkerOptions) (*Worker, error) {
	var memory arena
	defer memory.release()
	log, user := options.newLog()
	c := options.c(&memory)
	var worker *C.cupel_worker
	var cerr *C.cupel_error
	if C.cupel_go_worker_new(&c, C.uintptr_t(user), &worker, &cerr); cerr != nil {
		deleteHandle(user)
		log.rethrow()
		return nil, takeError(cerr)
	}
	w := &Worker{
		handle: newHandle(worker, "the worker", func(p *C.cupel_worker) {
			C.cupel_worker_free(p)
			deleteHandle(user)
		}),
		log:    log,
		listen: goString(C.cupel_worker_listen(worker)),
	}
	w.handle.stop = func(p *C.cupel_worker) {
		// Fails only without memory; then Run goes on until it is told otherwise.
		C.cupel_worker_stop(p, nil)
	}
	runtime.SetFinalizer(w, (*Worker).Close)
	return w, nil
}

// Run works until the worker is drained or stopped or, if the configuration says
// worker.exit_when_empty, no job is left; or until the context ends, which stops
// it: those that run are ended, and given back. Once. Failures of jobs are no
// error of it; it fails if no job runner ever came up, with what that said. A
// panic of Log stops the worker, and is one of Run.
func (w *Worker) Run(ctx context.Context) error {
	if w.log == nil {
		return errZero()
	}
	ctx, stop := context.WithCancel(orBackground(ctx))
	defer stop()
	w.log.onPanic(stop)
	err := withContext(ctx, func(cancel *C.cupel_cancel) error {
		return w.handle.do(func(p *C.cupel_worker, err outError) {
			C.cupel_worker_run(p, cancel, err)
		})
	})
	w.log.onPanic(nil)
	w.log.rethrow()
	if err == nil && ctx.Err() != nil {
		return errEnded(ctx)
	}
	return err
}

// Drain has the worker take no more jobs, end those that run, and give back
// those that wait. Before Run: that returns at once.
func (w *Worker) Drain() error {
	return w.handle.do(func(p *C.cupel_worker, err outError) { C.cupel_worker_drain(p, err) })
}

// Stop also makes those that run end, and gives them back.
func (w *Worker) Stop() error {
	return w.handle.do(func(p *C.cupel_worker, err outError) { C.cupel_worker_stop(p, err) })
}

// Reload has rules and plugins read again before the next jobs. If they are no
// good the old ones stay, and the log says why.
func (w *Worker) Reload() error {
	return w.handle.do(func(p *C.cupel_worker, err outError) { C.cupel_worker_reload(p, err) })
}

// Listen is ADDRESS:PORT of worker.listen, for the host to listen on with the
// worker as handler; empty: nowhere.
func (w *Worker) Listen() string { return w.listen }

// Status is what the worker does, as JSON: /status.json.
func (w *Worker) Status() (json.RawMessage, error) {
	return w.handle.buffer(func(p *C.cupel_worker, out outBuffer, err outError) {
		C.cupel_worker_status_json(p, out, err)
	})
}

// ServeHTTP answers GET and HEAD of / (a page for people), /healthz, /readyz,
// /metrics (Prometheus) and /status.json. Whatever is in the request, there is
// an answer. Who may ask is the host's business.
func (w *Worker) ServeHTTP(to http.ResponseWriter, request *http.Request) {
	serve(to, request, 1, func(c *C.cupel_http_request, out **C.cupel_http_response) error {
		return w.handle.do(func(p *C.cupel_worker, err outError) {
			C.cupel_worker_http(p, c, out, err)
		})
	})
}

// Close gives the worker back. It waits for nothing: if Run is under way it is
// told to stop, and what the worker holds is freed when Run has returned.
func (w *Worker) Close() error {
	if w == nil {
		return nil
	}
	return w.handle.closeOf(w)
}

// WorkerCheck is what a worker would do, and all that is wrong with it.
type WorkerCheck struct {
	OK       bool            `json:"ok"`
	Problems []WorkerProblem `json:"problems"`
	Plan     []string        `json:"plan"`
}

// WorkerProblem is one thing that is wrong.
type WorkerProblem struct {
	Key     string `json:"key"` // "queue.lease"
	Message string `json:"message"`
	Remedy  string `json:"remedy"`
}

// CheckWorker tells what a worker would do. It starts a job runner, to see that
// rules and plugins are good, and ends it again; it asks the source of jobs
// nothing.
func CheckWorker(ctx context.Context, options WorkerOptions) (WorkerCheck, error) {
	text, _, err := checkWorker(ctx, options, 0)
	return decode[WorkerCheck](text, err)
}

// CheckWorkerText tells the same for people, and whether nothing is wrong.
func CheckWorkerText(ctx context.Context, options WorkerOptions) (text string, ok bool, err error) {
	told, ok, err := checkWorker(ctx, options, C.CUPEL_WORKER_CHECK_TEXT)
	return string(told), ok, err
}

func checkWorker(ctx context.Context, options WorkerOptions, flags C.uint32_t) (text []byte, ok bool, err error) {
	var memory arena
	defer memory.release()
	log, user := options.newLog()
	defer deleteHandle(user)
	c := options.c(&memory)
	var sound C.int32_t
	err = withContext(ctx, func(cancel *C.cupel_cancel) (err error) {
		text, err = bufferOf(func(out outBuffer, cerr outError) {
			C.cupel_go_worker_check(&c, C.uintptr_t(user), flags, cancel, &sound, out, cerr)
		})
		return err
	})
	log.rethrow()
	return text, sound != 0, err
}
