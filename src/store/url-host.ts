/** SQL that takes the host out of a URL; it agrees with `assembly/url.ts`. */
export function hostOf(url: string): string {
  return `nullif(regexp_extract(${url}, '^[^:/?#]+://(?:[^/?#@]*@)?([^/?#@:]+)', 1), '')`;
}
