package cupel_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cupel.dev/cupel"
)

// reportSchema makes a document with everything that the schema of reports
// knows.
type reportSchema map[string]any

func (root reportSchema) instance(t *testing.T, of any) any {
	t.Helper()
	schema, ok := of.(map[string]any)
	if !ok {
		return map[string]any{} // Anything.
	}
	if ref, ok := schema["$ref"].(string); ok {
		return root.instance(t, root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")])
	}
	if value, ok := schema["const"]; ok {
		return value
	}
	if values, ok := schema["enum"].([]any); ok {
		return values[0]
	}
	for _, some := range []string{"oneOf", "anyOf"} {
		if choices, ok := schema[some].([]any); ok {
			return root.instance(t, notNull(choices))
		}
	}
	kind := schema["type"]
	if kinds, ok := kind.([]any); ok {
		kind = notNull(kinds)
	}
	switch kind {
	case "string":
		return "text"
	case "integer", "number":
		return 7
	case "boolean":
		return true
	case "array":
		return []any{root.instance(t, schema["items"])}
	}
	object := map[string]any{}
	if properties, ok := schema["properties"].(map[string]any); ok {
		for name, property := range properties {
			object[name] = root.instance(t, property)
		}
	} else if more, ok := schema["additionalProperties"].(map[string]any); ok {
		object["name"] = root.instance(t, more)
	}
	return object
}

func notNull(choices []any) any {
	for _, choice := range choices {
		schema, ok := choice.(map[string]any)
		if choice != "null" && !(ok && schema["type"] == "null") {
			return choice
		}
	}
	return nil
}

// Everything that a report may have arrives in a Document, and leaves it again.
func TestDocumentHasAllOfTheSchema(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "report.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var root reportSchema
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	whole, err := json.Marshal(root.instance(t, map[string]any(root)))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(whole, []byte(`"xor_key":7`)) || !bytes.Contains(whole, []byte(`"name_base64"`)) {
		t.Fatalf("the schema is not gone through: %s", whole)
	}
	var document cupel.Document
	decoder := json.NewDecoder(bytes.NewReader(whole))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&document); err != nil {
		t.Fatalf("%v in %s", err, whole)
	}
	match := document.Findings[0].Strings[0]
	if match.XORKey == nil || *match.XORKey != 7 || match.Excerpt == "" {
		t.Errorf("match %+v", match)
	}
	again, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	var before, after any
	if json.Unmarshal(whole, &before) != nil || json.Unmarshal(again, &after) != nil {
		t.Fatal("what was written is no JSON")
	}
	compareJSON(t, "", before, after)
}

// compareJSON tells what of one value is not in the other.
func compareJSON(t *testing.T, place string, before, after any) {
	t.Helper()
	switch was := before.(type) {
	case map[string]any:
		is, _ := after.(map[string]any)
		for name, value := range was {
			compareJSON(t, place+"."+name, value, is[name])
		}
	case []any:
		is, _ := after.([]any)
		if len(is) != len(was) {
			t.Errorf("%s: %v became %v", place, was, is)
			return
		}
		for i := range was {
			compareJSON(t, place, was[i], is[i])
		}
	default:
		if before != after {
			t.Errorf("%s: %v became %v", place, before, after)
		}
	}
}

func TestKeyOfAStringWithXor(t *testing.T) {
	scanner, err := cupel.NewScanner(compile(t, cupel.RuleText("x", `rule r { strings: $a = "needle" xor $b = "hay" condition: any of them }`)), cupel.ScannerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer scanner.Close()
	hidden := []byte("needle")
	for i := range hidden {
		hidden[i] ^= 0x21
	}
	for _, match := range findings(t, scanBytes(t, scanner, "x", "hay "+string(hidden)))[0].Strings {
		want := match.ID == "$a"
		if (match.XORKey != nil) != want || want && *match.XORKey != 0x21 {
			t.Errorf("match %+v", match)
		}
	}
}
