package cupel

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// jsonOf is a value as JSON; nothing for nil.
func jsonOf(what string, value any) ([]byte, error) {
	if value == nil {
		return nil, nil
	}
	return toJSON(what, value)
}

// toJSON is a value as JSON. Text that is no UTF-8 is refused: encoding/json
// would write U+FFFD for what it can't, and keys that differ would be the same.
func toJSON(what string, value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, newError(InvalidArgument, fmt.Sprintf("%s can't be written as JSON: %v", what, err))
	}
	// It ends: encoding/json refuses what goes round in a circle.
	if place, bad := badText(reflect.ValueOf(value), ""); bad {
		return nil, newError(InvalidArgument, fmt.Sprintf(
			"%s%s can't be written as JSON: it is not UTF-8; encode the bytes, as base64 does", what, place))
	}
	return text, nil
}

var (
	jsonMarshaler = reflect.TypeOf((*json.Marshaler)(nil)).Elem()
	textMarshaler = reflect.TypeOf((*encoding.TextMarshaler)(nil)).Elem()
)

// badText finds text that is no UTF-8 in what encoding/json writes of a value,
// and says where: "[0].DedupKey".
func badText(v reflect.Value, place string) (string, bool) {
	switch {
	case !v.IsValid(), v.Kind() == reflect.Pointer && v.IsNil(), v.Kind() == reflect.Interface && v.IsNil():
		return "", false
	case v.Type().Implements(jsonMarshaler):
		// It writes JSON of its own, as it is; the library looks at that.
		return "", false
	case v.Type().Implements(textMarshaler) && v.CanInterface():
		// If it fails encoding/json has said so.
		text, _ := v.Interface().(encoding.TextMarshaler).MarshalText()
		return place, !utf8.Valid(text)
	}
	switch v.Kind() {
	case reflect.String:
		return place, !utf8.ValidString(v.String())
	case reflect.Pointer, reflect.Interface:
		return badText(v.Elem(), place)
	case reflect.Struct:
		return badField(v, place)
	case reflect.Map:
		return badEntry(v, place)
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
			return "", false // Written as base64.
		}
		for i := 0; i < v.Len(); i++ {
			if at, bad := badText(v.Index(i), fmt.Sprintf("%s[%d]", place, i)); bad {
				return at, true
			}
		}
	}
	return "", false
}

func badField(v reflect.Value, place string) (string, bool) {
	for i := 0; i < v.NumField(); i++ {
		field := v.Type().Field(i)
		written := (field.IsExported() || field.Anonymous) && field.Tag.Get("json") != "-"
		if !written {
			continue
		}
		if at, bad := badText(v.Field(i), place+"."+field.Name); bad {
			return at, true
		}
	}
	return "", false
}

func badEntry(v reflect.Value, place string) (string, bool) {
	for entries := v.MapRange(); entries.Next(); {
		at := fmt.Sprintf("%s[%+q]", place, entries.Key())
		// Text is a key as it is, whatever else it can do.
		bad := entries.Key().Kind() == reflect.String && !utf8.ValidString(entries.Key().String())
		if !bad && entries.Key().Kind() != reflect.String {
			_, bad = badText(entries.Key(), at)
		}
		if bad {
			return at, true
		}
		if within, bad := badText(entries.Value(), at); bad {
			return within, true
		}
	}
	return "", false
}

// joined is a list as one text, as C takes it. What holds the separator would
// become two, and what is empty nothing.
func joined(what string, list []string, separator string) (string, error) {
	for i, element := range list {
		if element == "" {
			return "", newError(InvalidArgument, fmt.Sprintf("%s[%d] is empty; leave it out", what, i))
		}
		if strings.Contains(element, separator) {
			return "", newError(InvalidArgument, fmt.Sprintf(
				"%s[%d]: %q holds a %q, which separates the elements; give each its own", what, i, element, separator))
		}
	}
	return strings.Join(list, separator), nil
}

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
