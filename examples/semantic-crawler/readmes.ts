import { parseHTML } from 'linkedom';
import { marked } from 'marked';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Readme {
  readonly name: string;
  readonly description: string;
  readonly dependencies: readonly string[];
  readonly markdown: string;
}

const MAX_PER_SCOPE = 6;
const MIN_CHARACTERS = 500;
const UNSAFE = 'script, style, link, meta, iframe, object, embed, form, svg, img, picture, video, audio';

/** Up to `count` of the packages below a `node_modules` folder that carry a README, spread evenly over the alphabet. */
export function findReadmes(nodeModules: string, count: number): Readme[] {
  const perScope = new Map<string, number>();
  const found = packageNames(nodeModules).flatMap((name) => {
    const readme = readReadme(nodeModules, name);
    const scope = name.startsWith('@') ? name.slice(0, name.indexOf('/')) : name;
    const taken = perScope.get(scope) ?? 0;
    if (readme === undefined || taken >= MAX_PER_SCOPE) return [];
    perScope.set(scope, taken + 1);
    return [readme];
  });
  const step = Math.max(1, found.length / count);
  return Array.from({ length: Math.min(count, found.length) }, (_, index) => found[Math.floor(index * step)] as Readme);
}

/** A README as HTML without scripts, pictures, attributes or links: other people's text, made safe to serve. */
export function renderReadme(readme: Readme): string {
  const { document } = parseHTML(`<html><body>${marked.parse(readme.markdown, { async: false })}</body></html>`);
  for (const element of document.querySelectorAll(UNSAFE)) element.remove();
  for (const element of document.body.querySelectorAll('*')) {
    for (const attribute of element.getAttributeNames()) element.removeAttribute(attribute);
  }
  for (const anchor of document.querySelectorAll('a')) anchor.replaceWith(...anchor.childNodes);
  return document.body.innerHTML;
}

function packageNames(nodeModules: string): string[] {
  const names = readdirSync(nodeModules).filter((name) => !name.startsWith('.'));
  return names
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(nodeModules, name)).map((child) => `${name}/${child}`) : [name]))
    .toSorted();
}

function readReadme(nodeModules: string, name: string): Readme | undefined {
  try {
    const folder = join(nodeModules, name);
    const file = readdirSync(folder).find((entry) => /^readme\.(md|markdown)$/iu.test(entry));
    if (file === undefined) return undefined;
    const markdown = readFileSync(join(folder, file), 'utf8');
    if (markdown.length < MIN_CHARACTERS) return undefined;
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      description?: string;
      dependencies?: Record<string, string>;
    };
    return { name, markdown, description: manifest.description ?? '', dependencies: Object.keys(manifest.dependencies ?? {}) };
  } catch {
    return undefined;
  }
}
