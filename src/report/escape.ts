/** What a terminal may act on or hide: control characters, and the marks that turn the direction of text or take no room. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

/** Text as one line that a terminal shows and never obeys: each unsafe character becomes a visible `\u{1b}`. */
export function escapeTerminal(text: string): string {
  return text.toWellFormed().replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Text for HTML content and quoted attribute values; what is invisible is made visible. */
export function escapeHtml(text: string): string {
  return escapeTerminal(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text for Markdown, also inside a table cell: nothing in it is markup, a link or HTML. */
export function escapeMarkdown(text: string): string {
  return escapeTerminal(text)
    .replace(/[\\`*{}[\]<>|~&$]|(?<![a-z0-9])_|_(?![a-z0-9])/gi, (character) => `\\${character}`)
    .replaceAll('://', '\\://')
    .replace(/www\./gi, (www) => `${www.slice(0, 3)}\\.`)
    .replace(/^(\s*)([-+#=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** Text as a Markdown code span, which renders as it is and links to nothing; `|` is escaped for tables. */
export function escapeMarkdownCode(text: string): string {
  const safe = escapeTerminal(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...(safe.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = safe.startsWith('`') || safe.endsWith('`') || safe === '' ? ' ' : '';
  return `${fence}${pad}${safe}${pad}${fence}`;
}
