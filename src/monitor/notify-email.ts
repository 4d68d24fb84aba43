import { CrawlscopeError } from '../errors.ts';
import type { Channel } from './channels.ts';
import { DeliveryError } from './http-post.ts';
import { type AlertMessage, subjectOf, textOf } from './message.ts';

const TIMEOUT_MS = 10_000;

/** Sends plain-text mail through the SMTP server of `smtp` (`smtps://user:password@host:465`). */
export function emailChannel(name: string, smtp: string, from: string, to: string | readonly string[]): Channel {
  return {
    name,
    secrets: [smtp, ...passwords(smtp)],
    refresh: false,
    async send(messages, signal) {
      const { createTransport } = await loadNodemailer();
      const transport = createTransport({
        url: smtp,
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
      });
      signal.addEventListener('abort', () => transport.close(), { once: true });
      try {
        await transport.sendMail({
          from,
          to: typeof to === 'string' ? to : [...to],
          subject: subjectLine(messages),
          text: messages.map(textOf).join('\n\n'),
        });
      } catch (error) {
        const code = (error as { responseCode?: number }).responseCode ?? 0;
        throw new DeliveryError((error as Error).message, code < 500, { cause: error });
      } finally {
        transport.close();
      }
    },
  };
}

function subjectLine(messages: readonly AlertMessage[]): string {
  const [first] = messages;
  if (first === undefined) return 'crawlscope';
  return messages.length === 1 ? subjectOf(first) : `${subjectOf(first)} (and ${messages.length - 1} more)`;
}

function passwords(smtp: string): readonly string[] {
  const { password } = URL.parse(smtp) ?? { password: '' };
  return password ? [password, decodeURIComponent(password), Buffer.from(decodeURIComponent(password)).toString('base64')] : [];
}

async function loadNodemailer() {
  try {
    return await import('nodemailer');
  } catch (cause) {
    throw new CrawlscopeError('MISSING_PACKAGE', 'mail needs the package nodemailer', 'Run: npm install nodemailer.', { cause });
  }
}
