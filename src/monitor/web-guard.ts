import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

/** What protects the web view: pages on the web must neither read it nor act through it. */
export interface Guard {
  readonly middleware: MiddlewareHandler;
  /** Goes into every form, and is asked of every POST. */
  readonly formToken: string;
}

const POLICY = [
  "default-src 'none'",
  "style-src-elem 'self'",
  "style-src-attr 'unsafe-inline'",
  'img-src data:',
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
];

/**
 * Lets in only requests that name one of `hosts` (against DNS rebinding) and carry `token`, once in the address and from then on as a
 * cookie; a POST must come from this origin and carry the form token.
 */
export function createGuard(token: string, hosts: () => readonly string[]): Guard {
  const formToken = createHmac('sha256', token).update('form').digest('base64url');
  return {
    formToken,
    async middleware(c, next) {
      const host = c.req.header('host') ?? '';
      if (!hosts().includes(host)) return c.text('This host name is not served here.', 421);
      const cookie = `crawlscope_${host.split(':').at(-1)}`;
      const given = c.req.query('token');
      if (given !== undefined && isSame(given, token)) {
        setCookie(c, cookie, token, { httpOnly: true, sameSite: 'Strict', path: '/' });
        // A page that moves on by itself: the cookie of a redirect would be left out where the link came from another site.
        return c.html(
          '<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>crawlscope</title><a href="/">Go on</a>',
        );
      }
      if (!isSame(getCookie(c, cookie) ?? '', token)) return c.text('Open the address that crawlscope serve printed.', 403);
      if (c.req.method !== 'GET' && c.req.method !== 'HEAD' && !(await isOwnForm(c, host, formToken))) {
        return c.text('This form was not sent from here.', 403);
      }
      return next();
    },
  };
}

/** Browsers name the origin of a POST; whoever names none must still know the form token. */
async function isOwnForm(c: Context, host: string, formToken: string): Promise<boolean> {
  const origin = c.req.header('origin');
  if (origin !== undefined && origin !== `http://${host}`) return false;
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  const { form_token: given } = await c.req.parseBody();
  return typeof given === 'string' && isSame(given, formToken);
}

/** Headers of every answer: no script at all, no frame, nothing kept. */
export function setHeaders(c: Context): void {
  c.header('content-security-policy', POLICY.join('; '));
  c.header('x-content-type-options', 'nosniff');
  c.header('referrer-policy', 'same-origin');
  c.header('cross-origin-opener-policy', 'same-origin');
  c.header('cross-origin-resource-policy', 'same-origin');
  c.header('cache-control', 'no-store');
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => createHmac('sha256', 'compare').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
