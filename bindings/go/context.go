package cupel

// #include "shim.h"
import "C"

import "context"

// watch is a switch of C that is thrown when a context ends.
type watch struct {
	cancel *C.cupel_cancel // nil if the context never ends
	quit   chan struct{}
	done   chan struct{}
}

// watchContext begins to watch; end has to follow.
func watchContext(ctx context.Context) (*watch, error) {
	w := &watch{}
	if ctx.Done() == nil {
		return w, nil
	}
	var cerr *C.cupel_error
	C.cupel_cancel_new(&w.cancel, &cerr)
	if cerr != nil {
		return nil, takeError(cerr)
	}
	if ctx.Err() != nil {
		C.cupel_cancel_trigger(w.cancel)
		return w, nil
	}
	w.quit = make(chan struct{})
	w.done = make(chan struct{})
	go func() {
		defer close(w.done)
		select {
		case <-ctx.Done():
			C.cupel_cancel_trigger(w.cancel)
		case <-w.quit:
		}
	}()
	return w, nil
}

// end ends the goroutine before it frees what that might throw.
func (w *watch) end() {
	if w.quit != nil {
		close(w.quit)
		<-w.done
	}
	C.cupel_cancel_free(w.cancel)
}

// withContext makes a call that ends when the context does.
func withContext(ctx context.Context, call func(cancel *C.cupel_cancel) error) error {
	ctx = orBackground(ctx)
	w, err := watchContext(ctx)
	if err != nil {
		return err
	}
	defer w.end()
	return withCause(ctx, call(w.cancel), nil)
}

func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}
