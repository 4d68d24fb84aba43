import type { CliCommand } from './command.ts';
import { markCommand, type MarkOptions } from './mark.ts';

/** `crawlscope mark-false-positive`: the page should not have passed, or not as this. */
export const markFalsePositive: CliCommand<MarkOptions> = markCommand('false_positive', {
  usage: 'mark-false-positive',
  summary: 'Mark a page that should not have passed, or not with this category or these tags.',
  example: 'crawlscope mark-false-positive --url https://example.com/a --reason "an advertisement" --category finance',
});
