/** The log-odds of a share and back. */
export const logit = (share: number): number => Math.log(share / (1 - share))
export const expit = (odds: number): number => 1 / (1 + Math.exp(-odds))

/** A normal distribution as 81 chances from four spreads below the mean to four above it. */
export function normalChances(mean: number, spread: number): { value: number; weight: number }[] {
  const steps = Array.from({ length: 81 }, (_, n) => (n - 40) / 10)
  const total = steps.reduce((sum, step) => sum + Math.exp(-(step ** 2) / 2), 0)
  return steps.map((step) => ({ value: mean + step * spread, weight: Math.exp(-(step ** 2) / 2) / total }))
}

/**
 * Adds the chances of a binomial distribution, times `weight`, to `into[0 … count]`. Begins at the likeliest number and walks
 * to both sides by the ratio of neighbours, so that nothing overflows; leaves off where it no longer matters.
 */
export function addBinomial(into: Float64Array, count: number, share: number, weight: number): void {
  const most = Math.min(Math.floor((count + 1) * share), count)
  const odds = share / (1 - share)
  // In proportion to the likeliest, which is set to one; divided by their sum at the end.
  const from = Math.max(Math.floor(most - 10 * Math.sqrt(count * share * (1 - share)) - 20), 0)
  const to = Math.min(Math.ceil(most + 10 * Math.sqrt(count * share * (1 - share)) + 20), count)
  const chances = new Float64Array(to - from + 1)
  chances[most - from] = 1
  let sum = 1
  for (let k = most, chance = 1; k > from; k -= 1) {
    chance *= k / (count - k + 1) / odds
    chances[k - 1 - from] = chance
    sum += chance
  }
  for (let k = most, chance = 1; k < to; k += 1) {
    chance *= ((count - k) / (k + 1)) * odds
    chances[k + 1 - from] = chance
    sum += chance
  }
  for (const [n, chance] of chances.entries()) into[from + n] = (into[from + n] ?? 0) + (weight * chance) / sum
}

/**
 * The inverse of a symmetric positive definite matrix (rows of numbers), by Cholesky's factorisation.
 * For the few dozen rows that a forecast has.
 */
export function invert(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length
  const low: Float64Array[] = matrix.map(() => new Float64Array(size))
  const at = (rows: readonly ArrayLike<number>[], i: number, j: number): number => rows[i]?.[j] ?? 0
  for (const [i, row] of low.entries())
    for (let j = 0; j <= i; j += 1) {
      let sum = at(matrix, i, j)
      for (let k = 0; k < j; k += 1) sum -= at(low, i, k) * at(low, j, k)
      row[j] = i === j ? Math.sqrt(sum) : sum / at(low, j, j)
    }
  // Column by column: low · y = unit vector, then low' · x = y.
  const columns = low.map((_, c) => {
    const x = new Float64Array(size)
    for (let i = c; i < size; i += 1) {
      let sum = i === c ? 1 : 0
      for (let k = c; k < i; k += 1) sum -= at(low, i, k) * (x[k] ?? 0)
      x[i] = sum / at(low, i, i)
    }
    for (let i = size - 1; i >= 0; i -= 1) {
      let sum = x[i] ?? 0
      for (let k = i + 1; k < size; k += 1) sum -= at(low, k, i) * (x[k] ?? 0)
      x[i] = sum / at(low, i, i)
    }
    return [...x]
  })
  return columns
}

/** The product of a symmetric matrix and a vector. */
export function times(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((sum, value, n) => sum + value * (vector[n] ?? 0), 0))
}
