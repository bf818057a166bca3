package cupel

// #include "shim.h"
import "C"

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
)

// What ScanReader holds in memory; the rest goes to a temporary file.
const readerMemory = 16 << 20

// MaxReaderBytes is how much ScanReader takes of a reader: as much as is
// unpacked from one input unless other limits are set.
const MaxReaderBytes = 4 << 30

// ScanReader scans what a reader gives, from where it stands to its end. All of
// it is read before the scan begins, on this goroutine: what does not end, or
// ends with an error, is not scanned in part. Over 16 MiB the bytes go to a
// temporary file without a name; over MaxReaderBytes the error has the code
// ResourceExhausted. Between reads the context is looked at, and if it has ended
// then there is no report. A Read that blocks is not interrupted.
//
// Report and error are those of ScanBytes otherwise. For an open file
// ScanInputs with FileInput is faster.
func (s *Scanner) ScanReader(ctx context.Context, name string, reader io.Reader) (*Report, error) {
	ctx = orBackground(ctx)
	if reader == nil {
		return nil, newError(InvalidArgument, name+": the reader is nil")
	}
	// What can't be scanned is not read: the reader may be used for something else.
	if err := s.handle.use(func(*C.cupel_scanner) error { return nil }); err != nil {
		return nil, err
	}
	var head bytes.Buffer
	from := &contextReader{ctx: ctx, from: reader}
	n, err := io.CopyN(&head, from, readerMemory)
	// The end is io.EOF itself: an error that wraps it tells of a read that
	// failed, and what came before is not all there is.
	if err == io.EOF {
		return s.ScanBytes(ctx, name, head.Bytes())
	}
	if err != nil {
		return nil, err
	}
	file, err := unnamedFile()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err := file.Write(head.Bytes()); err != nil {
		return nil, err
	}
	head = bytes.Buffer{}
	// One more than is allowed tells whether there is more.
	_, err = io.CopyN(file, from, MaxReaderBytes-n+1)
	if err == nil {
		return nil, newError(ResourceExhausted, fmt.Sprintf(
			"%s: the reader gives more than %d bytes; scan it as a file, with limits to match", name, int64(MaxReaderBytes)))
	}
	if err != io.EOF {
		return nil, err
	}
	return s.scanFd(ctx, name, file)
}

// contextReader reads until a context ends.
type contextReader struct {
	ctx  context.Context
	from io.Reader
}

func (r *contextReader) Read(to []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, errEnded(r.ctx)
	}
	return r.from.Read(to)
}

// unnamedFile is one that is gone when it is closed.
func unnamedFile() (*os.File, error) {
	file, err := os.CreateTemp("", "cupel-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}
