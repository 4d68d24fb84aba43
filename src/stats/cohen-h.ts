/** Cohen's h of two shares: the difference of their arcsine transforms, positive where the second is larger. */
export function cohenH(first: number, second: number): number {
  return 2 * Math.asin(Math.sqrt(second)) - 2 * Math.asin(Math.sqrt(first));
}
