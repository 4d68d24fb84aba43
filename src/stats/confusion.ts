interface ClassMetrics {
  readonly support: number;
  /** Null where nothing was predicted as the class. */
  readonly precision: number | null;
  /** Null where nothing belongs to the class. */
  readonly recall: number | null;
  readonly f1: number | null;
}

export interface ConfusionMetrics {
  readonly total: number;
  readonly accuracy: number | null;
  /** Cohen's kappa; null where chance alone would agree always. */
  readonly kappa: number | null;
  /** Matthews correlation coefficient of many classes (Gorodkin 2004). */
  readonly mcc: number | null;
  readonly macroF1: number | null;
  readonly balancedAccuracy: number | null;
  readonly classes: readonly ClassMetrics[];
}

/** Metrics of a square confusion matrix of counts, rows true, columns predicted. Undefined ratios are null, never 0. */
export function measureConfusion(matrix: readonly (readonly number[])[]): ConfusionMetrics {
  const rows = matrix.map(sum);
  const columns = matrix.map((_, column) => sum(matrix.map((row) => row[column] ?? 0)));
  const right = matrix.map((row, at) => row[at] ?? 0);
  const total = sum(rows);
  const correct = sum(right);
  const byChance = sum(rows.map((row, at) => row * (columns[at] ?? 0)));
  const spread = Math.sqrt((total ** 2 - sum(columns.map((c) => c ** 2))) * (total ** 2 - sum(rows.map((r) => r ** 2))));
  const classes = right.map((hit, at) => measureClass(hit, rows[at] ?? 0, columns[at] ?? 0));
  return {
    total,
    accuracy: ratio(correct, total),
    kappa: ratio(correct * total - byChance, total ** 2 - byChance),
    mcc: ratio(correct * total - byChance, spread),
    macroF1: mean(classes.map((each) => each.f1)),
    balancedAccuracy: mean(classes.map((each) => each.recall)),
    classes,
  };
}

function measureClass(hit: number, support: number, predicted: number): ClassMetrics {
  return {
    support,
    precision: ratio(hit, predicted),
    recall: ratio(hit, support),
    f1: ratio(2 * hit, support + predicted),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return ratio(sum(known), known.length);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
