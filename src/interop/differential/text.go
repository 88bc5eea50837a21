package main

import (
	"encoding/json"
	"slices"
	"strings"
)

// object is a JSON object as it is written, so that it can be written wrongly.
type object struct {
	members []member
	raw     func(string) string // what is done to the text; nil for nothing
}

type member struct{ name, value string }

func quoted(text string) string {
	out, _ := json.Marshal(text)
	return string(out)
}

// set replaces the member, or appends it; an empty value takes it away.
func (o *object) set(name, value string) {
	kept := o.members[:0]
	found := false
	for _, m := range o.members {
		if m.name != name {
			kept = append(kept, m)
		} else if value != "" && !found {
			kept = append(kept, member{name, value})
			found = true
		}
	}
	o.members = kept
	if value != "" && !found {
		o.members = append(o.members, member{name, value})
	}
}

func (o *object) get(name string) string {
	for _, m := range o.members {
		if m.name == name {
			return m.value
		}
	}
	return ""
}

// again appends a member that is there already.
func (o *object) again(name, value string) { o.members = append(o.members, member{name, value}) }

func (o *object) rename(from, to string) {
	for i := range o.members {
		if o.members[i].name == from {
			o.members[i].name = to
		}
	}
}

func (o *object) String() string {
	parts := make([]string, len(o.members))
	for i, m := range o.members {
		parts[i] = quoted(m.name) + ":" + m.value
	}
	text := "{" + strings.Join(parts, ",") + "}"
	if o.raw != nil {
		text = o.raw(text)
	}
	return text
}

// writings are ways to write a whole object; some are JSON, some are none.
var writings = map[string]func(string) string{
	"bom":               func(s string) string { return "\ufeff" + s },
	"space-around":      func(s string) string { return " \t\r\n" + s + "\n " },
	"space-of-unicode":  func(s string) string { return "\u00a0" + s },
	"rubbish-after":     func(s string) string { return s + "x" },
	"object-after":      func(s string) string { return s + "{}" },
	"null-byte-after":   func(s string) string { return s + "\x00" },
	"array":             func(s string) string { return "[" + s + "]" },
	"string":            func(s string) string { return quoted(s) },
	"null":              func(string) string { return "null" },
	"empty-object":      func(string) string { return "{}" },
	"cut":               func(s string) string { return s[:len(s)-1] },
	"comma-at-the-end":  func(s string) string { return s[:len(s)-1] + ",}" },
	"comment":           func(s string) string { return s[:len(s)-1] + "/**/}" },
	"single-quotes":     func(s string) string { return strings.ReplaceAll(s, `"`, `'`) },
	"name-unquoted":     func(s string) string { return s[:len(s)-1] + `,x:1}` },
	"not-a-number":      func(s string) string { return s[:len(s)-1] + `,"x":NaN}` },
	"infinity":          func(s string) string { return s[:len(s)-1] + `,"x":1e999}` },
	"leading-zero":      func(s string) string { return s[:len(s)-1] + `,"x":01}` },
	"plus-sign":         func(s string) string { return s[:len(s)-1] + `,"x":+1}` },
	"no-utf-8":          func(s string) string { return s[:len(s)-1] + ",\"x\":\"\xff\xfe\"}" },
	"overlong-utf-8":    func(s string) string { return s[:len(s)-1] + ",\"x\":\"\xc0\xaf\"}" },
	"lone-surrogate":    func(s string) string { return s[:len(s)-1] + `,"x":"\ud800"}` },
	"control-character": func(s string) string { return s[:len(s)-1] + ",\"x\":\"\x01\"}" },
	"unknown-escape":    func(s string) string { return s[:len(s)-1] + `,"x":"\q"}` },
	"deep-100":          func(s string) string { return s[:len(s)-1] + `,"x":` + nest(100) + `}` },
	"deep-20000":        func(s string) string { return s[:len(s)-1] + `,"x":` + nest(20000) + `}` },
	"huge-number":       func(s string) string { return s[:len(s)-1] + `,"x":1` + strings.Repeat("0", 2000) + `}` },
	"long-number":       func(s string) string { return s[:len(s)-1] + `,"x":1` + strings.Repeat("0", 40) + `}` },
	"unknown-member":    func(s string) string { return s[:len(s)-1] + `,"x":{"y":[1,null,true]}}` },
	"empty-name":        func(s string) string { return s[:len(s)-1] + `,"":1}` },
	"same-name-twice":   func(s string) string { return s[:len(s)-1] + `,"x":1,"x":1}` },
	"same-name-within":  func(s string) string { return s[:len(s)-1] + `,"x":{"y":1,"y":2}}` },
	"utf-16":            func(s string) string { return "\x00" + strings.Join(strings.Split(s, ""), "\x00") },
}

func nest(levels int) string { return strings.Repeat("[", levels) + strings.Repeat("]", levels) }

// each goes through a map in a stable order, so that a seed means the same in every run.
func each(of map[string]string, do func(name, value string)) {
	for _, name := range sorted(of) {
		do(name, of[name])
	}
}

func sorted[V any](of map[string]V) []string {
	names := make([]string, 0, len(of))
	for name := range of {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
