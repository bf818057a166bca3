package cupel

// #include "shim.h"
import "C"

import (
	"os"
	"runtime"
	"unsafe"
)

// Input is one thing to scan, for Scanner.ScanInputs. Made by PathInput,
// BytesInput and FileInput.
type Input struct {
	kind  C.int32_t
	name  string
	bytes []byte
	file  *os.File
}

// PathInput is a file, or a folder with all that is under it (sorted; links
// inside it are followed only to what is inside it as well). It is opened
// during the scan: what can't be read is an incident of the report.
func PathInput(path string) Input {
	return Input{kind: C.CUPEL_GO_PATH, name: path}
}

// BytesInput is bytes in memory; name stands for them in the report.
func BytesInput(name string, bytes []byte) Input {
	return Input{kind: C.CUPEL_GO_MEMORY, name: name, bytes: bytes}
}

// FileInput is an open file, read from its start wherever it stands, or a pipe
// or socket, read to its end. It must stay open until the scan is over, and is
// not closed. Of a pipe the bytes beyond 16 MiB are kept in an unnamed temporary
// file.
func FileInput(name string, file *os.File) Input {
	return Input{kind: C.CUPEL_GO_FD, name: name, file: file}
}

// packedInputs is what crosses over to C: all bytes in one slab, and a list
// without pointers, as the rules of cgo want it.
type packedInputs struct {
	slab  []byte
	list  []C.cupel_go_input
	files []*os.File
}

func packInputs(inputs []Input) *packedInputs {
	size := 0
	for _, input := range inputs {
		size += len(input.name) + len(input.bytes)
	}
	p := &packedInputs{
		slab: make([]byte, 0, size),
		list: make([]C.cupel_go_input, len(inputs)),
	}
	for i, input := range inputs {
		p.slab = append(append(p.slab, input.name...), input.bytes...)
		p.list[i] = C.cupel_go_input{
			kind:      input.kind,
			fd:        -1,
			name_size: C.uint64_t(len(input.name)),
			size:      C.uint64_t(len(input.bytes)),
		}
		if input.kind == C.CUPEL_GO_FD {
			p.list[i].fd = fdOf(input.file)
			p.files = append(p.files, input.file)
		}
	}
	return p
}

// fdOf gives a descriptor, which lasts as long as the file is kept alive; -1,
// which the library refuses by name, for a file that is nil or closed. A file
// that Go reads without blocking becomes one that blocks.
func fdOf(file *os.File) C.int32_t {
	if file == nil {
		return -1
	}
	return C.int32_t(file.Fd())
}

func (p *packedInputs) pointers() (*C.uint8_t, *C.cupel_go_input, C.size_t) {
	if len(p.list) == 0 {
		return nil, nil, 0
	}
	var slab *C.uint8_t
	if len(p.slab) > 0 {
		slab = (*C.uint8_t)(&p.slab[0])
	}
	return slab, &p.list[0], C.size_t(len(p.list))
}

// keepAlive holds the files until here.
func (p *packedInputs) keepAlive() { runtime.KeepAlive(p.files) }

// heldInputs is inputs that C keeps over several calls, with the bytes in
// memory of C.
type heldInputs struct {
	inputs *C.cupel_inputs
	slab   unsafe.Pointer
	packed *packedInputs
}

func (p *packedInputs) hold() (*heldInputs, error) {
	held := &heldInputs{slab: C.CBytes(p.slab), packed: p}
	_, list, count := p.pointers()
	var cerr *C.cupel_error
	C.cupel_go_make_inputs((*C.uint8_t)(held.slab), list, count, &held.inputs, &cerr)
	if cerr != nil {
		held.release()
		return nil, takeError(cerr)
	}
	return held, nil
}

func (h *heldInputs) release() {
	C.cupel_inputs_free(h.inputs)
	C.free(h.slab)
	h.packed.keepAlive()
}
