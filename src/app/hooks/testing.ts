import { randomUUID } from 'node:crypto';
import { ConnectorError } from '../../core/errors.ts';
import { hookUrl } from '../../core/hook-address.ts';
import { sampleDelivery } from '../../core/sample-delivery.ts';
import type { HookRow, HookSecrets } from '../../webhooks/hooks/rows.ts';
import type { App } from '../app.ts';
import { resolveHook } from './resolve.ts';
import type { HookTest } from './types.ts';

/** What is sent; something that says that it is a test, unless told. */
export interface Sample {
  event?: string | undefined;
  body?: Record<string, unknown> | undefined;
}

const TEST_EVENT = 'trunkline.test';

/**
 * Sends a signed sample to a hook by its address, as its system would.
 * @throws ConnectorError of kind `input` without a secret, `network` when nobody answers
 */
export async function testHook(
  app: App,
  row: HookRow,
  { id, secrets }: HookSecrets,
  base: string,
  { event = TEST_EVENT, body = { test: true } }: Sample,
): Promise<HookTest> {
  const { trigger, open } = await resolveHook(app, row);
  const { now, fetch, timeoutMs } = app.world;
  const secret = open ? undefined : secrets[0]?.value;
  if (!open && secret === undefined) {
    throw new ConnectorError(`the hook '${row.name}' has no secret to sign with`, {
      kind: 'input',
      hint: `Add it: trunkline hooks rotate ${row.name} --secret <secret>`,
    });
  }
  const url = hookUrl(base, id);
  const sent = sampleDelivery(trigger, { url, body, event, secret, id: randomUUID(), now: now() });
  const answer = await fetch(sent.url, {
    method: 'POST',
    headers: sent.headers,
    body: sent.body,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConnectorError(`${base} cannot be reached: ${why}`, {
      kind: 'network',
      hint: 'Is the server running (trunkline serve), and does TRUNKLINE_PUBLIC_URL lead to it?',
      cause,
    });
  });
  const text = (await answer.text()).slice(0, 1000);
  const hint = answer.ok ? undefined : (HINTS[answer.status] ?? 'The log of the server says why.');
  return {
    url,
    event,
    status: answer.status,
    answer: text,
    ok: answer.ok,
    ...(hint !== undefined && { hint }),
  };
}

const HINTS: Readonly<Record<number, string>> = {
  401: 'The proof was not accepted: is another secret in use, or does something between rewrite the request?',
  404: 'Nobody knows the address there: is the hook enabled, and does TRUNKLINE_PUBLIC_URL lead to this server?',
  410: 'The address is over.',
  503: 'The server cannot take it now: its log says why.',
};
