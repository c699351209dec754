package gcm

import (
	"fmt"
	"strconv"
	"strings"
)

// MaxBaggage is the bound on baggage, in bytes; longer baggage is refused.
const MaxBaggage = 256

type traceID struct{ high, low uint64 }

// Baggage is what a callee's equations need to know of its causes. In text it is `2.<trace>.<parent span>.<span>`, then a
// letter and a number for each field that is not 0, `.l<number>-<value>` for each label that has a value, and `.n` where
// the trace is not recorded.
type Baggage struct {
	trace    traceID
	parent   uint64
	span     uint64
	variant  int
	path     int
	rank     int
	depth    int
	labels   []labelValue
	response int
	silent   bool
}

// labelValue is the value, from 1, of the label of a number.
type labelValue struct{ number, value int }

// field is a number that travels where a callee needs it.
type field struct {
	letter byte
	value  *int
}

// fields are all such numbers, in the order in which they are written.
func (b *Baggage) fields() []field {
	return []field{
		{'v', &b.variant},  // who calls
		{'p', &b.path},     // the caller's path
		{'k', &b.rank},     // one more than the class of the caller's rank
		{'d', &b.depth},    // levels of callers, in recursions
		{'b', &b.response}, // size of the answer, bytes
	}
}

// NewTrace is the baggage of an entry call; equal seeds and numbers give equal traces.
func NewTrace(seed, number uint64, silent bool) string {
	high := mix(seed ^ mix(number))
	trace := traceID{high: high | 1, low: mix(high + 0x9e3779b97f4a7c15)}
	return Baggage{trace: trace, span: mix(trace.low) | 1, silent: silent}.encode()
}

func (b Baggage) encode() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d.%016x%016x.%016x.%016x", Version, b.trace.high, b.trace.low, b.parent, b.span)
	for _, each := range b.fields() {
		if *each.value != 0 {
			text.WriteByte('.')
			text.WriteByte(each.letter)
			text.WriteString(strconv.Itoa(*each.value))
		}
	}
	for _, label := range b.labels {
		text.WriteString(".l")
		text.WriteString(strconv.Itoa(label.number))
		text.WriteByte('-')
		text.WriteString(strconv.Itoa(label.value))
	}
	if b.silent {
		text.WriteString(".n")
	}
	return text.String()
}

func decode(text string) (Baggage, error) {
	var b Baggage
	if len(text) > MaxBaggage {
		return b, fmt.Errorf("gcm: baggage of %d bytes is above the bound of %d", len(text), MaxBaggage)
	}
	refuse := func() (Baggage, error) { return b, fmt.Errorf("gcm: %q is not baggage of version %d", text, Version) }
	parts := strings.Split(text, ".")
	if len(parts) < 4 || parts[0] != strconv.Itoa(Version) || len(parts[1]) != 32 {
		return refuse()
	}
	for i, target := range []*uint64{&b.trace.high, &b.trace.low, &b.parent, &b.span} {
		part := []string{parts[1][:16], parts[1][16:], parts[2], parts[3]}[i]
		value, err := strconv.ParseUint(part, 16, 64)
		if err != nil {
			return refuse()
		}
		*target = value
	}
	for _, part := range parts[4:] {
		if part == "n" {
			b.silent = true
			continue
		}
		if part == "" {
			return refuse()
		}
		letter, rest := part[0], part[1:]
		number := 0
		if letter == 'l' {
			before, after, _ := strings.Cut(rest, "-")
			var valid bool
			if number, valid = natural(before); !valid {
				return refuse()
			}
			rest = after
		}
		value, valid := natural(rest)
		if !valid || !b.set(letter, number, value) {
			return refuse()
		}
	}
	return b, nil
}

func natural(text string) (int, bool) {
	value, err := strconv.Atoi(text)
	return value, err == nil && value >= 0
}

// set sets the field of a letter, where there is one.
func (b *Baggage) set(letter byte, number, value int) bool {
	if letter == 'l' {
		b.labels = append(b.labels, labelValue{number, value})
		return true
	}
	for _, each := range b.fields() {
		if each.letter == letter {
			*each.value = value
			return true
		}
	}
	return false
}

// Reply is what a callee measured and what its equation asked for, µs, for the caller's own equation. In text it is
// `2.<measured>.<asked for>`, and `.e` where the execution failed: transports keep texts but lose errors' values.
type Reply struct {
	Measured float64
	Model    float64
	Failed   bool
}

func (r Reply) encode() string {
	text := strconv.Itoa(Version) + "." + strconv.FormatInt(int64(r.Measured*1000), 36) + "." + strconv.FormatInt(int64(r.Model*1000), 36)
	if r.Failed {
		text += ".e"
	}
	return text
}

// ReadReply reads the causal answer of an API.
func ReadReply(text string) (Reply, error) {
	fields := strings.Split(text, ".")
	if len(text) <= MaxBaggage && len(fields) >= 3 && fields[0] == strconv.Itoa(Version) {
		measured, first := strconv.ParseInt(fields[1], 36, 64)
		model, second := strconv.ParseInt(fields[2], 36, 64)
		if first == nil && second == nil {
			return Reply{float64(measured) / 1000, float64(model) / 1000, len(fields) > 3}, nil
		}
	}
	return Reply{}, fmt.Errorf("gcm: %.80q is not a reply of version %d", text, Version)
}

// mix is the finalizer of SplitMix64, a bijection in which every bit depends on every other.
func mix(word uint64) uint64 {
	word = (word ^ word>>30) * 0xbf58476d1ce4e5b9
	word = (word ^ word>>27) * 0x94d049bb133111eb
	return word ^ word>>31
}
