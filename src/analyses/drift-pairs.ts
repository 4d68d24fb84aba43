import type { Stratum } from '../stats/cochran-mantel-haenszel.ts';
import type { PageGroup } from './drift-pages.ts';

/** A category and a tag with its pages by domain: `a` of `n` in the reference window, `b` of `m` in the current one. */
export interface TagPair {
  readonly category: string;
  readonly tag: string;
  /** Domains where the tag was seen, and one further stratum for all the others. */
  readonly strata: readonly Stratum[];
  /** Number of domains where the tag was seen. */
  readonly domains: number;
  readonly reference: Share;
  readonly current: Share;
  /** Examples, earliest first, of the current window or, of a vanished tag, the reference window. */
  readonly traceIds: readonly string[];
}

export interface Share {
  readonly pages: number;
  readonly with_tag: number;
}

const EXAMPLES = 3;

interface Cell {
  reference: number;
  current: number;
}

/** Counts pages by domain for every pair of category and tag. */
export function countPairs(groups: readonly PageGroup[]): TagPair[] {
  return [...Map.groupBy(groups, (group) => group.category)].flatMap(([category, members]) => countCategory(category, members));
}

function countCategory(category: string, groups: readonly PageGroup[]): TagPair[] {
  const pagesByDomain = new Map<string, Cell>();
  const byTag = new Map<string, { domains: Map<string, Cell>; groups: PageGroup[] }>();
  const all: Cell = { reference: 0, current: 0 };
  for (const group of groups) {
    add(all, group);
    add(cellOf(pagesByDomain, group.domain), group);
    for (const tag of group.tags) {
      const entry = byTag.get(tag) ?? { domains: new Map<string, Cell>(), groups: [] };
      byTag.set(tag, entry);
      add(cellOf(entry.domains, group.domain), group);
      entry.groups.push(group);
    }
  }
  return [...byTag].map(([tag, entry]) => {
    const strata = [...entry.domains].map(([domain, cell]) => toStratum(cell, cellOf(pagesByDomain, domain)));
    const withTag = sumCells(entry.domains.values());
    return {
      category,
      tag,
      strata: [...strata, restOf(strata, all)],
      domains: entry.domains.size,
      reference: { pages: all.reference, with_tag: withTag.reference },
      current: { pages: all.current, with_tag: withTag.current },
      traceIds: pickExamples(entry.groups),
    };
  });
}

/** Domains without the tag change neither test nor decomposition, except by the pages they add to the totals. */
function restOf(strata: readonly Stratum[], all: Cell): Stratum {
  const n = strata.reduce((sum, stratum) => sum + stratum.n, 0);
  const m = strata.reduce((sum, stratum) => sum + stratum.m, 0);
  return { a: 0, n: all.reference - n, b: 0, m: all.current - m };
}

function pickExamples(groups: readonly PageGroup[]): string[] {
  const current = groups.filter((group) => group.current);
  return (current.length > 0 ? current : groups)
    .toSorted((left, right) => left.firstUs - right.firstUs)
    .slice(0, EXAMPLES)
    .map((group) => group.firstTraceId);
}

function toStratum(withTag: Cell, pages: Cell): Stratum {
  return { a: withTag.reference, n: pages.reference, b: withTag.current, m: pages.current };
}

function add(cell: Cell, group: PageGroup): void {
  if (group.current) cell.current += group.pages;
  else cell.reference += group.pages;
}

function cellOf(cells: Map<string, Cell>, key: string): Cell {
  const cell = cells.get(key) ?? { reference: 0, current: 0 };
  cells.set(key, cell);
  return cell;
}

function sumCells(cells: Iterable<Cell>): Cell {
  const sum = { reference: 0, current: 0 };
  for (const cell of cells) {
    sum.reference += cell.reference;
    sum.current += cell.current;
  }
  return sum;
}
