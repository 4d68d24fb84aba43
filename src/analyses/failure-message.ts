const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/[a-z][a-z0-9+.-]{0,30}:\/\/[^\s"'`<>)\]]+/gi, '<url>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/"[^"]{0,500}"|`[^`]{0,500}`|(?<![\p{L}\p{N}])'[^']{0,500}'(?![\p{L}\p{N}])|“[^”]{0,500}”/gu, '<text>'],
  [/\b[\w.+-]+@[\w-]+\.[\w.]+\b/g, '<address>'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g, '<ip>'],
  [/(?<![\w.])(?:\/[\w.@~+-]+){2,}/g, '<path>'],
  [/\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\b(?=$|[\s:,;)])/gi, '<host>'],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b/gi, '<id>'],
  [/\d+(?:[.,]\d+)*/g, '<n>'],
];

/** A message with what differs from page to page replaced (URLs, ids, quoted text, hosts, numbers), so that equal causes read alike. */
export function normalizeMessage(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return REPLACEMENTS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line)
    .replace(/\s+/g, ' ')
    .trim();
}
