import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram } from '../src/cli.ts';

const silent = { out: () => {}, err: () => {}, progress: () => {}, colors: false };

/** The commands that can be run, with the words that name them. */
function leaves(command: Command, words: readonly string[] = []): { words: string; command: Command }[] {
  if (command.commands.length === 0) return [{ words: words.join(' '), command }];
  const own = words.length > 0 && command.options.length > 0 ? [{ words: words.join(' '), command }] : [];
  return [...own, ...command.commands.flatMap((child) => leaves(child, [...words, child.name()]))];
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 100 });
  command.outputHelp();
  return text.replaceAll(/[ \t]+$/gm, '').trim();
}

test('docs/cli.md is the help of every command', async () => {
  const program = await buildProgram(silent, () => {});
  const sections = leaves(program).map(
    ({ words, command }) => `## crawlscope ${words}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`,
  );
  const intro =
    '# Command reference\n\nGenerated from `--help` by `npx vitest run test/cli-reference.test.ts -u`. Exit codes: 0 done, 1 findings, 2 failure.\n';
  await expect(`${intro}\n${sections.join('\n')}`).toMatchFileSnapshot('../docs/cli.md');
});

test('every command has a summary and an example that begins with its own name', async () => {
  const program = await buildProgram(silent, () => {});
  for (const { words, command } of leaves(program)) {
    expect(command.description(), words).not.toBe('');
    expect(helpOf(command), words).toMatch(new RegExp(`Example:\\n +(\\S+=\\S+ )*(npx )?crawlscope ${words}`));
  }
});
