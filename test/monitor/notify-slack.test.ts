import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openChannels } from '../../src/monitor/channels.ts';
import { deliver } from '../../src/monitor/notify.ts';
import { slackPayload } from '../../src/monitor/notify-slack.ts';
import { alertMessage } from './alert-message.ts';
import { startReceiver } from './receiver.ts';

interface Block {
  readonly type: string;
  readonly text: { readonly text: string };
}

test('a Slack receiver gets blocks and the text for notifications', async () => {
  const { url, received, close } = await startReceiver(200);
  const [channel] = openChannels([{ type: 'slack', url: { env: 'SLACK_URL' } }], { SLACK_URL: `${url}/services/T/B/x` });
  expect(channel && (await deliver(channel, [alertMessage()]))).toMatchObject({ delivered: true });
  await close();
  const body = received[0]?.body as { text: string; blocks: Block[] };
  expect(received[0]?.path).toBe('/services/T/B/x');
  expect(body.text).toBe('[FIRING] Too many pages fail: error_rate is 0.24; the limit is 0.1');
  expect(body.blocks.map((block) => block.type)).toEqual(['header', 'section', 'section', 'section']);
  expect(body.blocks[2]?.text.text).toContain(`\`${'a'.repeat(32)}\` timeout`);
});

test('crawled text can neither call everyone nor make a link', () => {
  const text = JSON.stringify(slackPayload([alertMessage()]));
  expect(text).not.toMatch(/<!channel>|<https/);
  expect(text).toContain('&lt;!channel&gt; &amp; example.org');
});

test('any number and length of messages stays within the limits of Slack', () => {
  fc.assert(
    fc.property(fc.nat(80), fc.string({ maxLength: 5000 }), (count, text) => {
      const message = alertMessage({
        title: text,
        summary: text,
        evidence: text,
        traces: [{ traceId: 'b', url: text, note: text }],
      });
      const { blocks, text: fallback } = slackPayload(Array.from({ length: count }, () => message));
      expect(blocks.length).toBeLessThanOrEqual(50);
      expect(fallback.length).toBeLessThanOrEqual(3000);
      for (const block of blocks as Block[])
        expect(block.text.text.length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3000);
    }),
    { numRuns: 30 },
  );
});
