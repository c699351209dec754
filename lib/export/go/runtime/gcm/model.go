// Package gcm runs the causal models of a generated system: it draws what a topology's tables say of an execution
// (path, own time, network, payload) given its causes, spends the time, and passes the causes on as baggage.
package gcm

import (
	"encoding/json"
	"fmt"
	"math"
)

// Version is the version of model.json and of the baggage that this package reads.
const Version = 2

// Model is the part of the topology that one service runs by, read from its model.json. Times are µs.
type Model struct {
	Version int       `json:"version"`
	Service string    `json:"service"`
	Grid    []float64 `json:"grid"`
	Factors int       `json:"factors"`
	// Labels are what a trace, or a part of it, has in common (its kind, its load, a dimension), each in a register.
	Labels  []Label  `json:"labels"`
	APIs    []API    `json:"apis"`
	Tables  []Table  `json:"tables"`
	Choices []Choice `json:"choices"`
	// Densities are the probabilities of the bins of ranks, whose edges are Bins; Classes end at these ranks.
	Densities [][]float64 `json:"densities"`
	Bins      []float64   `json:"bins"`
	Classes   []float64   `json:"classes"`
}

// Label has one of the values 1, 2, … or 0 for none.
type Label struct {
	ID     string `json:"id"`
	Values int    `json:"values"`
}

// API is one operation of the service.
type API struct {
	Name string `json:"name"`
	// Errors is the share of executions that end in an error.
	Errors float64 `json:"errors"`
	// Grain is the time resolution of the original spans; durations are multiples of it.
	Grain float64 `json:"grain"`
	// Work says how own time is spent, by kind, in order; empty for cpu.
	Work     []WorkShare `json:"work"`
	Variants []Variant   `json:"variants"`
}

// WorkShare is a part of own time: cpu, memory, disk or sleep.
type WorkShare struct {
	Kind  string  `json:"kind"`
	Share float64 `json:"share"`
}

// Variant is an API as called by some callers, who make the same of it.
type Variant struct {
	Callers []string  `json:"callers"`
	OwnTime Selector  `json:"ownTime"`
	Loading []float64 `json:"loading"`
	// Rank selects the density of own time's rank; a row of -1 is the uniform one.
	Rank *Selector `json:"rank"`
	// RegimeRank selects the density under the trace's regime, which bends what Rank gives; nil for none.
	RegimeRank *Selector `json:"regimeRank"`
	// Draws are labels that an execution draws, rather than have them from its caller.
	Draws  []Draw  `json:"draws"`
	States []State `json:"states"`
}

// Draw gives a register the value of a choice.
type Draw struct {
	Register int      `json:"register"`
	Value    Selector `json:"value"`
}

// State is a state of the automaton; 0 is start and 1 is finish.
type State struct {
	// Next selects the choice of the next state.
	Next *Selector `json:"next"`
	// Repeat is the choice of how often the state runs in a row; nil for once.
	Repeat *int    `json:"repeat"`
	Gap    float64 `json:"gap"`
	// Path is what walks that end here are called by tables.
	Path  int        `json:"path"`
	Calls []CallSpec `json:"calls"`
}

// CallSpec is one call of a state.
type CallSpec struct {
	// Name is the name of the client span; empty for a call within the service, which has none.
	Name string `json:"name"`
	// Variant is the callee's variant for this caller.
	Variant      int     `json:"variant"`
	Probability  float64 `json:"probability"`
	Count        *int    `json:"count"`
	Asynchronous bool    `json:"asynchronous"`
	// Timeout is the longest wait for an attempt; 0 for none.
	Timeout  float64   `json:"timeout"`
	Attempts int       `json:"attempts"`
	Lambda   float64   `json:"lambda"`
	Network  *Selector `json:"network"`
	Loading  []float64 `json:"loading"`
	// RegimeRank selects the density of the network's rank under the trace's regime; nil for none.
	RegimeRank *Selector `json:"regimeRank"`
	Request    *Selector `json:"request"`
	Response   *Selector `json:"response"`
	// CarryPath, CarryRank and CarryDepth say what of the caller the callee's equations read: path, class of rank, depth.
	CarryPath  bool `json:"carryPath"`
	CarryRank  bool `json:"carryRank"`
	CarryDepth bool `json:"carryDepth"`
	// CarryLabels are the numbers of the labels that equations below read.
	CarryLabels []int `json:"carryLabels"`
}

// Selector names a row by the values of registers.
type Selector struct {
	// Terms are pairs of register and stride.
	Terms [][2]int `json:"terms"`
	Rows  []int    `json:"rows"`
}

// Registers of an execution that selectors read; from registerLabels on there is one for each label.
const (
	registerPath = iota
	registerCallerPath
	registerRank
	registerCallerRank
	registerLabels
)

func (s *Selector) row(registers []int) int {
	at := 0
	for _, term := range s.Terms {
		at += registers[term[0]] * term[1]
	}
	return s.Rows[at]
}

// Table is a quantile function: at the levels of the grid, or the sorted sample itself.
type Table struct {
	Values []float64 `json:"values"`
	logs   []float64
}

// Choice is a discrete distribution over integers.
type Choice struct {
	Values        []int     `json:"values"`
	Probabilities []float64 `json:"probabilities"`
}

// Load reads a model.json.
func Load(text []byte) (*Model, error) {
	if err := configureOnce(); err != nil {
		return nil, err
	}
	model := &Model{}
	if err := json.Unmarshal(text, model); err != nil {
		return nil, fmt.Errorf("gcm: model.json: %w", err)
	}
	if model.Version != Version {
		return nil, fmt.Errorf("gcm: model.json of %q has version %d; this runtime reads %d", model.Service, model.Version, Version)
	}
	for i := range model.Tables {
		table := &model.Tables[i]
		if len(table.Values) == 0 {
			return nil, fmt.Errorf("gcm: model.json of %q: table %d is empty", model.Service, i)
		}
		for _, value := range table.Values {
			table.logs = append(table.logs, math.Log1p(value))
		}
	}
	return model, nil
}
