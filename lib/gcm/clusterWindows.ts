/**
 * Clusters windows of a recording by what was counted in them, agglomeratively: again and again the two clusters are
 * joined whose joining costs the least likelihood of a multinomial model of each variable (Ward's method with deviance
 * for distance). It has no random start and cannot fail.
 * @param counts for each window the counts of all categories, the variables one after another
 * @param size categories of each variable
 * @param clusters numbers of clusters wanted
 * @returns for each number of clusters the cluster of each window, from 0
 */
export function clusterWindows(
  counts: readonly Float64Array[],
  size: number,
  clusters: readonly number[],
): Map<number, number[]> {
  const found = new Map<number, number[]>();
  const sums = counts.map((each) => Float64Array.from(each));
  const members = counts.map((_, window) => [window]);
  const alive = new Set(counts.keys());
  const likelihood = counts.map((each) => deviance(each, undefined, size));
  const costs = counts.map((_, a) => Float64Array.from(counts, (_, b) => (b > a ? cost(a, b) : 0)));
  function cost(a: number, b: number): number {
    return likelihood[a]! + likelihood[b]! - deviance(sums[a]!, sums[b], size);
  }
  for (;;) {
    if (clusters.includes(alive.size)) {
      const labels = counts.map(() => 0);
      for (const [label, cluster] of [...alive].entries())
        for (const window of members[cluster]!) labels[window] = label;
      found.set(alive.size, labels);
    }
    if (alive.size <= 1) return found;
    let [first, second, least] = [-1, -1, Number.POSITIVE_INFINITY];
    for (const a of alive)
      for (const b of alive) if (b > a && costs[a]![b]! < least) [first, second, least] = [a, b, costs[a]![b]!];
    const joined = sums[first]!;
    for (let at = 0; at < joined.length; at++) joined[at]! += sums[second]![at]!;
    members[first]!.push(...members[second]!);
    likelihood[first] = deviance(joined, undefined, size);
    alive.delete(second);
    for (const other of alive) {
      if (other < first) costs[other]![first] = cost(other, first);
      else if (other > first) costs[first]![other] = cost(first, other);
    }
  }
}

/** Log-likelihood of counts (of two clusters together) under their own shares, variable by variable. */
function deviance(a: Float64Array, b: Float64Array | undefined, size: number): number {
  let sum = 0;
  for (let from = 0; from < a.length; from += size) {
    let total = 0;
    for (let at = from; at < from + size; at++) {
      const n = a[at]! + (b === undefined ? 0 : b[at]!);
      if (n === 0) continue;
      total += n;
      sum += n * Math.log(n);
    }
    if (total > 0) sum -= total * Math.log(total);
  }
  return sum;
}
