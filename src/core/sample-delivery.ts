import { plainText } from './plain-value.ts';
import { sign } from './signature.ts';
import type { Trigger } from './trigger.ts';

/** What is to be sent. */
export interface SampleRequest {
  url: string;
  /** Of the event; its members are kept, and what the trigger looks for is put beside them. */
  body: Readonly<Record<string, unknown>>;
  /** Name of the event. */
  event: string;
  /** Undefined where nothing is proven. */
  secret: string | undefined;
  /** Id of the delivery. */
  id: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Where a signature stands until it goes into the query. */
const IN_QUERY = 'x-in-query';

/** A delivery as the system of a trigger would send it, signed: the inverse of proving and naming one. */
export function sampleDelivery(
  trigger: Trigger,
  { url, body: given, event, secret, id, now }: SampleRequest,
): { url: string; headers: Record<string, string>; body: string } {
  const { verify, format, deliveryHeader, deliveryPath } = trigger;
  const members: Record<string, unknown> = structuredClone(given);
  const headers: Record<string, string> = {};
  const address = new URL(url);
  if (typeof trigger.event === 'string') put(members, trigger.event, event);
  else if ('header' in trigger.event) headers[trigger.event.header] = event;
  if (deliveryHeader !== undefined) headers[deliveryHeader] = id;
  if (deliveryPath !== undefined) put(members, deliveryPath, id);
  if (secret !== undefined && verify.at && 'body' in verify.at) {
    put(members, verify.at.body, plainText(verify, secret));
  }
  const body = format === 'form' ? formOf(members) : JSON.stringify(members);
  headers['content-type'] = format === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  if (secret === undefined) return { url, headers, body };
  const target = `${address.pathname}${address.search}`;
  const line = { method: 'POST', target, url };
  if (verify.at && 'query' in verify.at) {
    const elsewhere = { ...verify, header: IN_QUERY };
    delete elsewhere.at;
    const signed = sign(elsewhere, secret, Buffer.from(body), now, id, line, headers);
    address.searchParams.set(verify.at.query, signed[IN_QUERY] ?? '');
    delete signed[IN_QUERY];
    return { url: address.href, headers: { ...headers, ...signed }, body };
  }
  return {
    url,
    headers: { ...headers, ...sign(verify, secret, Buffer.from(body), now, id, line, headers) },
    body,
  };
}

function formOf(members: Readonly<Record<string, unknown>>): string {
  const texts = Object.entries(members).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return new URLSearchParams(texts).toString();
}

/** Sets a member at a dotted path; numbers and `*` are places in lists. */
function put(on: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.').map((key) => (key === '*' ? '0' : key));
  let here = on;
  for (const [i, key] of keys.entries()) {
    if (key === '__proto__') return;
    const next = keys[i + 1];
    if (next === undefined) here[key] = value;
    else if (typeof here[key] !== 'object' || here[key] === null) here[key] = /^\d+$/.test(next) ? [] : {};
    here = here[key] as Record<string, unknown>;
  }
}
