package cupel

import (
	"encoding/json"
	"fmt"
)

// decode reads what the library said.
func decode[T any](text []byte, err error) (T, error) {
	var to T
	if err != nil {
		return to, err
	}
	if err := json.Unmarshal(text, &to); err != nil {
		return to, newError(Internal, fmt.Sprintf("an answer of the library can't be read: %v", err))
	}
	return to, nil
}

// member reads one member of the object that the library said.
func member[T any](name string, text []byte, err error) (T, error) {
	var to T
	whole, err := decode[map[string]json.RawMessage](text, err)
	if err != nil {
		return to, err
	}
	return decode[T](whole[name], nil)
}
