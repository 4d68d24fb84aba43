import { BACKGROUND, TAXONOMY } from './taxonomy.ts';
import { cosine, direction, mean, type Vector } from './vector.ts';

export interface Classification {
  readonly category: string;
  /** Cosine between the page and the centre of its category. */
  readonly score: number;
  readonly passed: boolean;
  readonly tags: readonly string[];
  /** Parallel to the tags. */
  readonly tagScores: readonly number[];
}

export interface Classifier {
  readonly background: Vector;
  readonly categories: readonly Labelled[];
  readonly topics: readonly Labelled[];
}

interface Labelled {
  readonly label: string;
  readonly vector: Vector;
}

/** Pages below it are not kept. */
export const THRESHOLD = 0.2;
const TAG_THRESHOLD = 0.25;
const MAX_TAGS = 4;

/** Embeds the taxonomy: one centre per category, one point per topic. */
export async function trainClassifier(embedAll: (texts: readonly string[]) => Promise<number[][]>): Promise<Classifier> {
  const labels = Object.values(TAXONOMY).flatMap((topics) => Object.keys(topics));
  const vectors = await embedAll(Object.values(TAXONOMY).flatMap((topics) => Object.values(topics)));
  const centre = mean(vectors);
  const topics = labels.map((label, index) => ({ label, vector: direction(centre, vectors[index] ?? []) }));
  const categories = Object.entries(TAXONOMY).map(([label, members]) => {
    const own = topics.filter((topic) => topic.label in members).map((topic) => topic.vector);
    return { label, vector: direction([], mean(own)) };
  });
  return { background: mean(await embedAll(BACKGROUND)), categories, topics };
}

/** The category whose centre is nearest, and the topics that are near, as tags. */
export function classify({ background, categories, topics }: Classifier, vector: Vector): Classification {
  const page = direction(background, vector);
  const best = rank(categories, page)[0] ?? { label: 'none', score: 0 };
  const tags = rank(topics, page)
    .filter(({ score }) => score >= TAG_THRESHOLD)
    .slice(0, MAX_TAGS);
  return {
    category: best.label,
    score: best.score,
    passed: best.score >= THRESHOLD,
    tags: tags.map(({ label }) => label),
    tagScores: tags.map(({ score }) => score),
  };
}

function rank(candidates: readonly Labelled[], page: Vector): { label: string; score: number }[] {
  return candidates.map(({ label, vector }) => ({ label, score: cosine(page, vector) })).toSorted((a, b) => b.score - a.score);
}
