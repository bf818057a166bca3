package cupel

// #include "shim.h"
import "C"

import (
	"runtime/cgo"
	"sync"
)

// LogLevel says how much a line of a log matters.
type LogLevel int32

// The levels of logs.
const (
	LogDebug   LogLevel = C.CUPEL_LOG_DEBUG
	LogInfo    LogLevel = C.CUPEL_LOG_INFO
	LogWarning LogLevel = C.CUPEL_LOG_WARNING
	LogError   LogLevel = C.CUPEL_LOG_ERROR
)

// String gives "debug", "info", "warning" or "error".
func (l LogLevel) String() string {
	switch {
	case l <= LogDebug:
		return "debug"
	case l == LogInfo:
		return "info"
	case l == LogWarning:
		return "warning"
	}
	return "error"
}

// logCallback takes what is logged, from any thread. A panic of it is kept until
// a goroutine of the host asks; then nothing is logged any more.
type logCallback struct {
	log func(plugin string, level LogLevel, text string)
	// stop, if not nil, ends what logs when there was a panic.
	stop func()

	mutex sync.Mutex
	outcome
}

//export cupelGoLog
func cupelGoLog(user C.uintptr_t, plugin C.cupel_view, level C.cupel_log_level, text C.cupel_view) {
	cgo.Handle(user).Value().(*logCallback).call(goString(plugin), LogLevel(level), goString(text))
}

func (l *logCallback) call(plugin string, level LogLevel, text string) {
	defer func() {
		if value := recover(); value != nil {
			l.mutex.Lock()
			defer l.mutex.Unlock()
			l.panicked, l.value = true, value
			if l.stop != nil {
				l.stop()
			}
		}
	}()
	if l.hasPanicked() {
		return
	}
	l.log(plugin, level, text)
}

func (l *logCallback) hasPanicked() bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.panicked
}

// onPanic says what ends what logs; at once if there was a panic before.
func (l *logCallback) onPanic(stop func()) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.stop = stop
	if stop != nil && l.panicked {
		stop()
	}
}

// rethrow goes on with a panic, once.
func (l *logCallback) rethrow() {
	l.mutex.Lock()
	panicked, value := l.panicked, l.value
	l.outcome = outcome{}
	l.mutex.Unlock()
	if panicked {
		panic(value)
	}
}
