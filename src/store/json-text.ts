/** JSON text as the database reads it: lone surrogates, which JSON may escape but UTF-8 cannot hold, become U+FFFD. */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value) ?? '';
  return json.includes(String.raw`\ud`) ? json.replaceAll(/(?<!\\)((?:\\\\)*)\\ud[89a-f][\da-f]{2}/g, '$1\uFFFD') : json;
}
