package gcm

import (
	"math"
	rand "math/rand/v2"
	"sort"
)

// choose draws from a distribution; what is certain draws nothing.
func (c *Choice) choose(random *rand.Rand) int {
	if len(c.Values) == 1 {
		return c.Values[0]
	}
	left := random.Float64()
	for i, probability := range c.Probabilities {
		if left < probability {
			return c.Values[i]
		}
		left -= probability
	}
	return c.Values[len(c.Values)-1]
}

// quantile is the table's quantile function at u in (0, 1), linear in log(1 + value) between values.
func (t *Table) quantile(grid []float64, u float64) float64 {
	size := len(t.Values)
	if size == 1 {
		return t.Values[0]
	}
	var low int
	var share float64
	if size == len(grid) {
		low = sort.Search(size, func(i int) bool { return grid[i] > u }) - 1
		low = max(0, min(low, size-2))
		share = (u - grid[low]) / (grid[low+1] - grid[low])
	} else {
		position := u * float64(size-1)
		low = min(int(position), size-2)
		share = position - float64(low)
	}
	if t.Values[low] == t.Values[low+1] {
		return t.Values[low]
	}
	return math.Expm1(t.logs[low] + share*(t.logs[low+1]-t.logs[low]))
}

// rank draws the rank of a node given the factors of its trace: loadings Λ, then √(1 − ΣΛ²).
func rank(loading []float64, factors []float64, random *rand.Rand) float64 {
	if len(loading) == 0 {
		return random.Float64()
	}
	sum := loading[len(factors)] * random.NormFloat64()
	for i, factor := range factors {
		sum += loading[i] * factor
	}
	u := math.Erfc(-sum/math.Sqrt2) / 2
	return min(max(u, math.SmallestNonzeroFloat64), 1-1e-12)
}

// under is the quantile at a rank of a density of ranks.
func (m *Model) under(row int, rank float64) float64 {
	if row < 0 {
		return rank
	}
	weights := m.Densities[row]
	bin := 0
	for bin < len(weights)-1 && rank >= weights[bin] {
		rank -= weights[bin]
		bin++
	}
	found := m.Bins[bin]
	if weights[bin] > 0 {
		found += (m.Bins[bin+1] - m.Bins[bin]) * min(1, rank/weights[bin])
	}
	return min(max(found, math.SmallestNonzeroFloat64), 1-1e-12)
}

// classOf is the class of a rank.
func (m *Model) classOf(rank float64) int {
	class := 0
	for class < len(m.Classes) && rank >= m.Classes[class] {
		class++
	}
	return class
}

// factorsOf draws the factors of a trace, which follow from its id, so that they need not travel.
func factorsOf(trace traceID, count int) []float64 {
	random := rand.New(rand.NewPCG(trace.high, trace.low))
	factors := make([]float64, count)
	for i := range factors {
		factors[i] = random.NormFloat64()
	}
	return factors
}
