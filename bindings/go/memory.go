package cupel

// #include "shim.h"
import "C"

import (
	"reflect"
	"unsafe"
)

// What calls of the library give: where a buffer goes, and where an error.
type (
	outBuffer = **C.cupel_buffer
	outError  = **C.cupel_error
)

// viewBytes lends a slice to a call: C may look at it until the call returns.
func viewBytes(b []byte) C.cupel_view {
	if len(b) == 0 {
		return C.cupel_view{}
	}
	return C.cupel_view{data: (*C.uint8_t)(&b[0]), size: C.size_t(len(b))}
}

// viewString lends a string to a call, as viewBytes does; nobody writes to it.
func viewString(s string) C.cupel_view {
	if s == "" {
		return C.cupel_view{}
	}
	data := unsafe.Pointer((*reflect.StringHeader)(unsafe.Pointer(&s)).Data)
	return C.cupel_view{data: (*C.uint8_t)(data), size: C.size_t(len(s))}
}

// goBytes copies what C lends.
func goBytes(v C.cupel_view) []byte {
	return append([]byte{}, borrow(v)...)
}

// goString copies what C lends.
func goString(v C.cupel_view) string { return string(borrow(v)) }

// borrow is what C lends, without a copy: as long as C says.
func borrow(v C.cupel_view) []byte {
	if v.size == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(v.data), int(v.size))
}

// takeBuffer copies a buffer and frees it, which overwrites it if it holds
// secrets.
func takeBuffer(buffer *C.cupel_buffer, cerr *C.cupel_error) ([]byte, error) {
	if cerr != nil {
		return nil, takeError(cerr)
	}
	defer C.cupel_buffer_free(buffer)
	return goBytes(C.cupel_buffer_view(buffer)), nil
}

// bufferOf makes a call that gives a buffer.
func bufferOf(call func(out outBuffer, err outError)) ([]byte, error) {
	var out *C.cupel_buffer
	var cerr *C.cupel_error
	call(&out, &cerr)
	return takeBuffer(out, cerr)
}

func cBool(b bool) C.int32_t {
	if b {
		return 1
	}
	return 0
}

func cFlag(set bool, flag C.uint32_t) C.uint32_t {
	if set {
		return flag
	}
	return 0
}

// arena is memory of C for the arguments of one call that are lists and structs
// of views: Go memory with pointers in it may not be handed to C. It is
// overwritten when it is freed, because settings and keys may be in it.
type arena struct {
	chunks []arenaChunk
	free   []byte // of the last chunk
}

type arenaChunk struct {
	data unsafe.Pointer
	size int
}

const arenaChunkSize = 4096

// bytes gives so many bytes, all 0, aligned for anything. What malloc left in
// them must not be seen: the write barrier of Go's collector looks at what a
// pointer is written over, and takes stale ones for pointers of its own.
func (a *arena) bytes(size int) []byte {
	const alignment = 16
	size = (size + alignment - 1) &^ (alignment - 1)
	if size > len(a.free) {
		chunk := arenaChunkSize
		if size > chunk {
			chunk = size
		}
		// C.malloc of cgo does not return if there is no memory.
		data := C.malloc(C.size_t(chunk))
		a.chunks = append(a.chunks, arenaChunk{data, chunk})
		a.free = unsafe.Slice((*byte)(data), chunk)
		overwrite(a.free)
	}
	out := a.free[:size:size]
	a.free = a.free[size:]
	return out
}

// copyBytes is a view of a copy.
func (a *arena) copyBytes(b []byte) C.cupel_view {
	if len(b) == 0 {
		return C.cupel_view{}
	}
	to := a.bytes(len(b))
	copy(to, b)
	return C.cupel_view{data: (*C.uint8_t)(&to[0]), size: C.size_t(len(b))}
}

// copyString is a view of a copy.
func (a *arena) copyString(s string) C.cupel_view {
	if s == "" {
		return C.cupel_view{}
	}
	to := a.bytes(len(s))
	copy(to, s)
	return C.cupel_view{data: (*C.uint8_t)(&to[0]), size: C.size_t(len(s))}
}

// cString is a copy that ends with a NUL; nil for an empty string.
func (a *arena) cString(s string) *C.char {
	if s == "" {
		return nil
	}
	to := a.bytes(len(s) + 1)
	to[copy(to, s)] = 0
	return (*C.char)(unsafe.Pointer(&to[0]))
}

// views is an array of copies.
func (a *arena) views(list []string) (*C.cupel_view, C.size_t) {
	if len(list) == 0 {
		return nil, 0
	}
	to := arrayOf[C.cupel_view](a, len(list))
	for i, text := range list {
		to[i] = a.copyString(text)
	}
	return &to[0], C.size_t(len(list))
}

// fields is an array of copies.
func (a *arena) fields(list []Field) (*C.cupel_field, C.size_t) {
	if len(list) == 0 {
		return nil, 0
	}
	to := arrayOf[C.cupel_field](a, len(list))
	for i, field := range list {
		to[i] = C.cupel_field{name: a.copyString(field.Name), value: a.copyString(field.Value)}
	}
	return &to[0], C.size_t(len(list))
}

// release overwrites and frees everything.
func (a *arena) release() {
	for _, chunk := range a.chunks {
		overwrite(unsafe.Slice((*byte)(chunk.data), chunk.size))
		C.free(chunk.data)
	}
	*a = arena{}
}

func overwrite(bytes []byte) {
	for i := range bytes {
		bytes[i] = 0
	}
}

// Field is a name and what belongs to it: a variable and its value, a header of
// HTTP.
type Field struct {
	Name  string
	Value string
}

// arrayOf is room for so many structs of C, at least one.
func arrayOf[T any](a *arena, count int) []T {
	var one T
	room := a.bytes(count * int(unsafe.Sizeof(one)))
	return unsafe.Slice((*T)(unsafe.Pointer(&room[0])), count)
}

// copyOf is a copy of a struct of C.
func copyOf[T any](a *arena, value T) *T {
	room := a.bytes(int(unsafe.Sizeof(value)))
	to := (*T)(unsafe.Pointer(&room[0]))
	*to = value
	return to
}
