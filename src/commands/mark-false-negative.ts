import type { CliCommand } from './command.ts';
import { markCommand, type MarkOptions } from './mark.ts';

/** `crawlscope mark-false-negative`: the page was rejected, or lacks a category or tags that it should have. */
export const markFalseNegative: CliCommand<MarkOptions> = markCommand('false_negative', {
  usage: 'mark-false-negative',
  summary: 'Mark a page that should have passed, or lacks a category or tags.',
  example: 'crawlscope mark-false-negative --url https://example.com/b --reason "on topic" --category science',
});
