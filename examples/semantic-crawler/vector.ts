export type Vector = readonly number[];

export function mean(vectors: readonly Vector[]): Vector {
  const first = vectors[0] ?? [];
  return first.map((_, index) => vectors.reduce((sum, vector) => sum + (vector[index] ?? 0), 0) / vectors.length);
}

/** The direction from one point to another, as a vector of length 1. */
export function direction(from: Vector, to: Vector): Vector {
  const difference = to.map((value, index) => value - (from[index] ?? 0));
  const length = Math.hypot(...difference) || 1;
  return difference.map((value) => value / length);
}

/** The cosine of the angle between two vectors of length 1. */
export function cosine(a: Vector, b: Vector): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
