import type { AlertMessage } from '../../src/monitor/message.ts';

/** An alert whose crawled parts are hostile in every medium. */
export function alertMessage(overrides: Partial<AlertMessage> = {}): AlertMessage {
  return {
    id: 'error_rate',
    status: 'firing',
    title: 'Too many pages fail',
    severity: 'page',
    summary: 'error_rate is 0.24; the limit is 0.1',
    evidence: '24 of 100 pages failed, 20 of them on <!channel> & example.org',
    action: 'See which domain fails: crawlscope failures --by domain.',
    traces: [{ traceId: 'a'.repeat(32), url: 'https://example.org/<https://evil.example|click>\u001B[2J', note: 'timeout' }],
    sinceUs: Date.parse('2026-11-23T09:00:00Z') * 1000,
    atUs: Date.parse('2026-11-23T09:10:00Z') * 1000,
    ...overrides,
  };
}
