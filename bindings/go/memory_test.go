package cupel

import (
	"runtime"
	"testing"
)

// Pointers are written into an arena: nothing that malloc left there may look
// like one.
func TestArenasAreCleared(t *testing.T) {
	// malloc gives a thread its own memory back.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	arenas := make([]arena, 64)
	for i := range arenas {
		arenas[i].bytes(arenaChunkSize * (1 + i%4))
	}
	// Every other one, so that what is free lies apart and is kept in lists, whose
	// links stand in the memory itself.
	for i := 0; i < len(arenas); i += 2 {
		arenas[i].release()
	}
	for i := range arenas {
		bytes := arenas[i].bytes(arenaChunkSize)
		for j, b := range bytes {
			if b != 0 {
				t.Fatalf("arena %d holds %#x at %d", i, b, j)
			}
		}
	}
	for i := range arenas {
		arenas[i].release()
	}
}
