import type { Channel } from './channels.ts';
import { postJson } from './http-post.ts';
import { type AlertMessage, plain, subjectOf } from './message.ts';

/** Slack's limits: https://docs.slack.dev/reference/block-kit/blocks */
const BLOCKS = 50;
const SECTION_LENGTH = 3000;
const HEADER_LENGTH = 150;
const BLOCKS_PER_MESSAGE = 4;

/** Sends to a Slack incoming webhook. */
export function slackChannel(name: string, url: string): Channel {
  return { name, secrets: [url], refresh: false, send: (messages, signal) => postJson(url, slackPayload(messages), signal) };
}

/** Blocks within Slack's limits, and the `text` that notifications and screen readers show. */
export function slackPayload(messages: readonly AlertMessage[]): { text: string; blocks: object[] } {
  const shown = messages.slice(0, Math.floor((BLOCKS - 1) / BLOCKS_PER_MESSAGE));
  const blocks: object[] = shown.flatMap(toBlocks);
  if (shown.length < messages.length) {
    blocks.push(section(`And ${messages.length - shown.length} more: \`crawlscope alerts list\`.`));
  }
  return { text: cut(messages.map((message) => escape(subjectOf(message))).join('\n'), SECTION_LENGTH), blocks };
}

function toBlocks(message: AlertMessage): object[] {
  const icon = message.status === 'firing' ? ':red_circle:' : ':large_green_circle:';
  const blocks: object[] = [
    {
      type: 'header',
      text: { type: 'plain_text', emoji: true, text: cut(`${icon} ${plain(message.title, HEADER_LENGTH)}`, HEADER_LENGTH) },
    },
    section(`${escape(message.summary)}\n${escape(message.evidence)}`),
  ];
  if (message.traces.length > 0) {
    const lines = message.traces.map((t) => `• \`${t.traceId}\` ${escape(plain(`${t.note}  ${t.url}`, 300))}`);
    blocks.push(section(`*Example pages* (\`crawlscope trace ID\`)\n${lines.join('\n')}`));
  }
  if (message.status === 'firing') blocks.push(section(`*What to do*\n${escape(message.action)}`));
  return blocks;
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', verbatim: true, text: cut(text, SECTION_LENGTH) } };
}

/** Slack's own escape: no `<!channel>` and no link can come out of crawled text. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).toWellFormed()}…` : text;
}
