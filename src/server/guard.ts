import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import type { Secret } from '../core/secret.ts';
import { HttpProblem } from './problem.ts';

/** What every request has while it is served. */
export interface Variables {
  Bindings: HttpBindings;
  Variables: { requestId: string };
}

/** Names every request, by the name that a proxy in front gave it when that is a plain one. */
export const nameRequest: MiddlewareHandler<Variables> = async (c, next) => {
  const given = c.req.header('x-request-id') ?? '';
  const requestId = /^[\w.-]{8,64}$/.test(given) ? given : randomUUID();
  c.set('requestId', requestId);
  await next();
  c.res.headers.set('x-request-id', requestId);
};

const SAFE: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** Tells browsers to make as little of our answers as possible. */
export const setSafeHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(SAFE)) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
};

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Refuses requests that a foreign web page made a browser send. One that is bound to this machine is only asked for by
 * its own names: a page whose name was made to point here (DNS rebinding) asks by that name. And whoever changes
 * something comes from no page, or from ours.
 */
export function refuseForeignPages(onLoopback: boolean, publicUrl: string): MiddlewareHandler {
  const ours = new URL(publicUrl);
  return async (c, next) => {
    const host = c.req.header('host') ?? '';
    if (onLoopback && host !== ours.host && !LOOPBACK.test(host)) {
      throw new HttpProblem(
        421,
        'forbidden',
        'this server is not known by the name that it was asked for by',
        'Ask for 127.0.0.1, or set TRUNKLINE_PUBLIC_URL to the address that a proxy in front of it has.',
      );
    }
    const origin = c.req.header('origin');
    if (origin !== undefined && origin !== ours.origin && URL.parse(origin)?.host !== host) {
      throw new HttpProblem(403, 'forbidden', `requests from pages of ${origin} are refused`);
    }
    await next();
  };
}

/** Whether a name stands for this machine, with or without a port. */
export function isLoopbackName(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Whether the header of a request has the token. */
export function tokenTest(token: Secret): (header: string | undefined) => 'good' | 'missing' | 'wrong' {
  const expected = digest(token.reveal());
  return (header) => {
    const [, given] = /^Bearer +(\S+)$/i.exec(header ?? '') ?? [];
    if (given === undefined) return 'missing';
    // Digests have one length, so that comparing them tells nothing of where they differ.
    return timingSafeEqual(digest(given), expected) ? 'good' : 'wrong';
  };
}

/** Lets nobody through who does not have the token. */
export function requireToken(token: Secret): MiddlewareHandler {
  const test = tokenTest(token);
  return async (c, next) => {
    const verdict = test(c.req.header('authorization'));
    if (verdict !== 'good') {
      throw new HttpProblem(
        401,
        'auth',
        verdict === 'missing' ? 'the admin token is missing' : 'the admin token is wrong',
        'Send it as Authorization: Bearer <token>. It is TRUNKLINE_ADMIN_TOKEN, or stands in admin.token of the data directory.',
        { 'www-authenticate': 'Bearer realm="trunkline"' },
      );
    }
    await next();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
